using Microsoft.Extensions.Logging;

namespace Evidence.Ledger;

internal static partial class LedgerLogMessages
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Ledger endpoint {Endpoint} does not answer: {Reason}")]
    internal static partial void EndpointSilent(ILogger logger, Uri endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ledger endpoint {Endpoint} refuses: {Reason}")]
    internal static partial void EndpointRefuses(ILogger logger, Uri endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ledger endpoint {Endpoint} is at block {Head} or silent, {Newest} at block {NewestHead}: the latter is asked first")]
    internal static partial void EndpointLags(ILogger logger, Uri endpoint, ulong? head, Uri newest, ulong? newestHead);

    [LoggerMessage(Level = LogLevel.Error, Message = "Ledger endpoint {Endpoint} is refused: {Reason}")]
    internal static partial void EndpointFalse(ILogger logger, Uri endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "What the ledger is said to hold of logs and anchors is now {Assurance} (Proven: against the validators' seals; Agreed: by two endpoints; Believed: one endpoint's word)")]
    internal static partial void AnswersRest(ILogger logger, LedgerAssurance assurance);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Transaction {Hash} of {Sender} with nonce {Nonce} handed in")]
    internal static partial void TransactionSent(ILogger logger, string hash, string sender, ulong nonce);

    [LoggerMessage(Level = LogLevel.Information, Message = "Transaction {Hash} with nonce {Nonce} is handed in again")]
    internal static partial void TransactionResent(ILogger logger, string hash, ulong nonce);

    [LoggerMessage(Level = LogLevel.Information, Message = "Transaction {Old}, which no block holds, is replaced by {New} at nonce {Nonce}")]
    internal static partial void TransactionReplaced(ILogger logger, string old, string @new, ulong nonce);
}
