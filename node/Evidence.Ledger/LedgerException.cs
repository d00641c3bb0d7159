namespace Evidence.Ledger;

/// <summary>The ledger did not do what was asked of it; the derived types say in which of four ways.</summary>
public abstract class LedgerException : Exception
{
    private protected LedgerException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>No endpoint gave a usable answer. Nothing is known about the state of the ledger; try again later.</summary>
public sealed class LedgerUnreachableException : LedgerException
{
    /// <summary>Says which endpoints were tried and how each failed.</summary>
    public LedgerUnreachableException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>The contract, or the chain, refused a call or a transaction. Repeating it unchanged does not help.</summary>
public sealed class LedgerRejectedException : LedgerException
{
    /// <summary>Says what was refused and why.</summary>
    public LedgerRejectedException(string message, string? error = null, IReadOnlyList<string>? arguments = null) : base(message, null)
    {
        Error = error;
        Arguments = arguments ?? [];
    }

    /// <summary>Name of the contract's custom error, such as InconsistentHistory; null when the chain gave none.</summary>
    public string? Error { get; }

    /// <summary>Arguments of the custom error, in order, as text.</summary>
    public IReadOnlyList<string> Arguments { get; }
}

/// <summary>What an endpoint answered is not what was pinned, or does not add up: another chain, another contract, or a false answer.</summary>
public sealed class LedgerMismatchException : LedgerException
{
    /// <summary>Names what does not match, with what was expected and what was got.</summary>
    public LedgerMismatchException(string what, string expected, string got)
        : base($"{what} does not match: expected {expected}, got {got}.", null)
    {
        What = what;
        Expected = expected;
        Got = got;
    }

    /// <summary>What was compared, such as "chain id" or "receipts root of block 7".</summary>
    public string What { get; }

    /// <summary>What it had to be.</summary>
    public string Expected { get; }

    /// <summary>What the endpoint answered.</summary>
    public string Got { get; }
}

/// <summary>A transaction was handed in, and no block holds it yet, or none by which the chain stands. It may still be mined: look again before sending another.</summary>
public sealed class LedgerPendingException : LedgerException
{
    /// <summary>Names the transaction and how long it was waited for.</summary>
    public LedgerPendingException(string transactionHash, TimeSpan waited)
        : base($"Transaction {transactionHash} is in no block after {waited.TotalSeconds:0.#} s.", null) => TransactionHash = transactionHash;

    /// <summary>Names the transaction, how long it was waited for, and what it waits for.</summary>
    public LedgerPendingException(string transactionHash, TimeSpan waited, string reason)
        : base($"Transaction {transactionHash} does not stand on the chain after {waited.TotalSeconds:0.#} s: {reason}.", null) => TransactionHash = transactionHash;

    /// <summary>Hash of the transaction, hex with 0x.</summary>
    public string TransactionHash { get; }
}
