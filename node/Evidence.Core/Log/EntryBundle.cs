using System.Buffers.Binary;

namespace Evidence.Core.Log;

/// <summary>Entry bundles (C2SP tlog-tiles, "Log entries"): 1 to 256 entries, each after its length as a big-endian 16-bit number.</summary>
public static class EntryBundle
{
    /// <summary>The largest entry, in bytes.</summary>
    public const int MaxEntry = ushort.MaxValue;

    private const int LengthSize = 2;

    /// <summary>The bundle of <paramref name="entries"/>, in their order.</summary>
    /// <exception cref="ArgumentException">There are no entries or more than 256, or one is larger than <see cref="MaxEntry"/>.</exception>
    public static byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        var all = entries.ToArray();
        if (all.Length is 0 or > TileId.FullWidth) throw new ArgumentException($"An entry bundle has 1 to {TileId.FullWidth} entries, not {all.Length}.", nameof(entries));
        var bundle = new byte[all.Sum(e => LengthSize + e.Length)];
        var rest = bundle.AsSpan();
        foreach (var entry in all)
        {
            if (entry.Length > MaxEntry) throw new ArgumentException($"An entry of {entry.Length} bytes is larger than {MaxEntry}.", nameof(entries));
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)entry.Length);
            entry.Span.CopyTo(rest[LengthSize..]);
            rest = rest[(LengthSize + entry.Length)..];
        }

        return bundle;
    }

    /// <summary>The entries of a bundle, as slices of <paramref name="bundle"/>.</summary>
    /// <exception cref="FormatException">The bundle is empty, cut off, or holds more than 256 entries.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Parse(ReadOnlyMemory<byte> bundle)
    {
        var entries = new List<ReadOnlyMemory<byte>>(TileId.FullWidth);
        for (var at = 0; at < bundle.Length;)
        {
            if (entries.Count == TileId.FullWidth) throw new FormatException($"The entry bundle goes on at byte {at} after {TileId.FullWidth} entries.");
            if (bundle.Length - at < LengthSize) throw new FormatException($"The entry bundle is cut off in the length of entry {entries.Count} at byte {at}.");
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span[at..]);
            at += LengthSize;
            if (bundle.Length - at < length) throw new FormatException($"Entry {entries.Count} of the entry bundle has {length} bytes from byte {at}, but the bundle ends at byte {bundle.Length}.");
            entries.Add(bundle.Slice(at, length));
            at += length;
        }

        return entries.Count > 0 ? entries : throw new FormatException("The entry bundle is empty.");
    }
}
