namespace Evidence.Node.Archiving;

/// <summary>Why an upload is refused.</summary>
internal enum Refusal
{
    /// <summary>What was sent is not a record: order, sizes, names.</summary>
    BadInput,

    /// <summary>It is a record, and a signature of it does not hold, or one is missing.</summary>
    Signature,

    /// <summary>It is a record, and this node cannot take any at present.</summary>
    NotNow,
}

/// <summary>An upload that is refused; nothing of it is kept.</summary>
internal sealed class ArchiveRefusedException(Refusal refusal, string message) : Exception(message)
{
    internal Refusal Refusal { get; } = refusal;
}
