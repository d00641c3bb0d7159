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

    /// <summary>A quota is used up.</summary>
    NoRoom,

    /// <summary>What is here is not what was sent.</summary>
    Altered,

    /// <summary>The upload is not there any more.</summary>
    NotThere,

    /// <summary>Another call goes on with the upload.</summary>
    TakenOver,

    /// <summary>The upload goes on elsewhere than the call says.</summary>
    Elsewhere,
}

/// <summary>An upload that is refused; nothing of it is kept, unless it is one that can be resumed.</summary>
internal sealed class ArchiveRefusedException(Refusal refusal, string message) : Exception(message)
{
    internal Refusal Refusal { get; } = refusal;
}
