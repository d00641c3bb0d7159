namespace Evidence.Core.Chain;

/// <summary>The contract's event <c>Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize)</c>.</summary>
/// <param name="LogId">The log's id on the ledger.</param>
/// <param name="Size">Leaves anchored.</param>
/// <param name="Root">Root of the tree of that size.</param>
/// <param name="PreviousSize">Leaves of the anchor before; 0 for the first.</param>
public sealed record AnchoredEvent(Digest LogId, ulong Size, Digest Root, ulong PreviousSize)
{
    /// <summary>The event's signature as Keccak-256 hashes it.</summary>
    public const string Signature = "Anchored(bytes32,uint64,bytes32,uint64)";

    /// <summary>Keccak-256 of <see cref="Signature"/>: the first topic, 32 bytes.</summary>
    public static byte[] Topic => throw new NotImplementedException();

    /// <summary>Reads the event, whatever contract wrote it; null when the entry is not exactly this event.</summary>
    public static AnchoredEvent? TryParse(LogEntry entry) => throw new NotImplementedException();
}
