namespace Evidence.Core.Notes;

/// <summary>What is wrong with a rotation of a log's key.</summary>
public enum RotationFaultKind
{
    /// <summary>One of the two keys has not signed it: nobody may be believed about it.</summary>
    SignatureMissing,

    /// <summary>A signature that is there does not verify.</summary>
    SignatureWrong,

    /// <summary>It does not follow on what stands before it: another log, another key, a smaller tree, or a key that came already.</summary>
    Unlinked,
}

/// <summary>Why a rotation does not belong in a history.</summary>
/// <param name="Kind">What kind of fault it is.</param>
/// <param name="Message">One English sentence.</param>
public sealed record RotationFault(RotationFaultKind Kind, string Message);
