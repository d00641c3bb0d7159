namespace Evidence.Ledger.Rpc;

/// <summary>The endpoint does not show yet, or no longer, what its chain will stand by: a block too few was built, or the blocks changed while they were read.</summary>
internal sealed class NotFinalException(string message) : Exception(message);
