namespace Evidence.Core.Verification;

/// <summary>The verdict on a layer or on the whole. "Could not be checked" is <see cref="Undetermined"/>, never <see cref="Intact"/>.</summary>
public enum Outcome
{
    /// <summary>无法判定: something that the verdict rests on could not be checked.</summary>
    Undetermined,

    /// <summary>一致: everything was read and compared, and agrees.</summary>
    Intact,

    /// <summary>不一致: something was compared and differs.</summary>
    Altered,

    /// <summary>无: nothing is there to be checked. Only the signature layer of an unsigned record.</summary>
    None,
}
