namespace Evidence.Ledger.Rpc;

/// <summary>An endpoint refused for reasons of its own, or for such that it does not prove: the next one may do what was asked.</summary>
internal sealed class RefusedException(string message) : Exception(message);
