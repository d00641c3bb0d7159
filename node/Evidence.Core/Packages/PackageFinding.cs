using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>One thing that reading a package found.</summary>
/// <param name="Finding">What was found.</param>
/// <param name="Record">The record that it speaks of; null when it is of the package as a container.</param>
public sealed record PackageFinding(Finding Finding, RecordId? Record);
