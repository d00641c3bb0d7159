using Evidence.Core.Notes;

namespace Evidence.Core.Verification;

/// <summary>A log that trust.json accepts: its id on the ledger, which is for trust.json alone to say, and the keys that may sign for it.</summary>
internal sealed record AcceptedLog(Digest Id, LogKeyHistory Keys);
