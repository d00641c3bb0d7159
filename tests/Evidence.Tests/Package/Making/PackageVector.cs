using Evidence.Core.Trust;

namespace Evidence.Tests.Package.Making;

/// <summary>One package with what it is to be judged by.</summary>
/// <param name="Name">good/NAME, or bad/CODE_name.</param>
/// <param name="Package">The package's bytes.</param>
/// <param name="Trust">What to judge by; null where there is no trust.json.</param>
/// <param name="Paper">The text of a certificate to hold against it, or null.</param>
internal sealed record PackageVector(string Name, byte[] Package, TrustPolicy? Trust, string? Paper = null)
{
    /// <summary>The finding that a bad one must raise; null for a good one.</summary>
    internal string? Code => Name.StartsWith("bad/", StringComparison.Ordinal) ? Name[4..8] : null;
}
