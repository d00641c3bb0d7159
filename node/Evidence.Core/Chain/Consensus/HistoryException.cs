namespace Evidence.Core.Chain.Consensus;

/// <summary>No history of headers can be made that proves the validators; the message says why, and what to do.</summary>
public sealed class HistoryException(string message) : Exception(message);
