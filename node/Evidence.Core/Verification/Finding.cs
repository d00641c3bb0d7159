namespace Evidence.Core.Verification;

/// <summary>How much a finding weighs.</summary>
public enum Severity
{
    /// <summary>Worth saying, changes no verdict.</summary>
    Info,

    /// <summary>Something could not be read or checked: the layer is at best undetermined.</summary>
    Warning,

    /// <summary>Something was compared and differs, is missing, or is there and should not be: the layer is altered.</summary>
    Error,
}

/// <summary>One thing that a check found.</summary>
/// <param name="Code">Stable code, <c>E</c> and three digits (<see cref="FindingCodes"/>).</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Layer">What it speaks of.</param>
/// <param name="Subject">Where: a member, a file, a leaf, a block.</param>
/// <param name="Message">One English sentence.</param>
/// <param name="Expected">What was expected, as text, where two things were compared.</param>
/// <param name="Actual">What was found, as text, where two things were compared.</param>
public sealed record Finding(string Code, Severity Severity, Layer Layer, string Subject, string Message, string? Expected = null, string? Actual = null);
