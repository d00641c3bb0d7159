namespace Evidence.Core.Signatures;

/// <summary>The main status of a signature (ETSI EN 319 102-1, section 5.1.3).</summary>
public enum SignatureIndication
{
    /// <summary>INDETERMINATE: what was at hand did not suffice to say.</summary>
    Indeterminate,

    /// <summary>TOTAL-PASSED: the signature value verifies and its certificate leads to a trusted root, valid at the time in question.</summary>
    TotalPassed,

    /// <summary>TOTAL-FAILED: the signature value does not fit the content or the key, or the signature cannot be processed.</summary>
    TotalFailed,
}
