using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>The one verification engine: from what was read of a record to its verdict. It collects every finding and does no I/O.</summary>
public static class RecordVerifier
{
    /// <summary>Judges a record. Without <paramref name="trust"/> the ledger layer, and so the whole, is at best undetermined.</summary>
    public static Verdict Verify(RecordEvidence evidence, TrustPolicy? trust) => throw new NotImplementedException();
}
