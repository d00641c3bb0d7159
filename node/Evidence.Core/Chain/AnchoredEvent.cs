using System.Buffers.Binary;
using Evidence.Core.Crypto;

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

    private static readonly byte[] SignatureHash = Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(Signature));

    /// <summary>Keccak-256 of <see cref="Signature"/>: the first topic, 32 bytes.</summary>
    public static byte[] Topic => [.. SignatureHash];

    /// <summary>Reads the event, whatever contract wrote it; null when the entry is not exactly this event.</summary>
    public static AnchoredEvent? TryParse(LogEntry entry)
    {
        if (entry.Topics is not [var topic, var logId, var size] || !topic.AsSpan().SequenceEqual(SignatureHash)) return null;
        if (entry.Data.Length != 64) return null;
        if (Word(size) is not { } leaves || Word(entry.Data.AsSpan(32)) is not { } previous) return null;
        return new AnchoredEvent(new Digest(logId), leaves, new Digest(entry.Data.AsSpan(0, 32)), previous);
    }

    /// <summary>The entry as the contract at <paramref name="contract"/> writes it.</summary>
    public LogEntry ToLogEntry(byte[] contract) => new(contract, [Topic, LogId.ToArray(), Word(Size)], [.. Root.ToArray(), .. Word(PreviousSize)]);

    private static byte[] Word(ulong value)
    {
        var word = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), value);
        return word;
    }

    /// <summary>An ABI word that holds a uint64: the upper 24 bytes are zero.</summary>
    private static ulong? Word(ReadOnlySpan<byte> word) =>
        word[..24].ContainsAnyExcept((byte)0) ? null : BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
}
