using Evidence.Core.Notes;

namespace Evidence.Core.Verification;

/// <summary>A log that trust.json accepts.</summary>
/// <param name="Id">Its id on the ledger, which is for trust.json alone to say.</param>
/// <param name="Keys">The keys that may sign for it.</param>
public sealed record AcceptedLog(Digest Id, LogKeyHistory Keys);
