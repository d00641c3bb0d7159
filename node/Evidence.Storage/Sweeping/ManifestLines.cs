using System.Buffers;
using System.Buffers.Binary;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Seals;

namespace Evidence.Storage.Sweeping;

/// <summary>Lines of a volume's manifest, as <see cref="BagTotals"/> makes them, in a buffer that is to be given back.</summary>
/// <param name="Buffer">Holds them; null when there are none.</param>
/// <param name="Length">Bytes of all lines.</param>
/// <param name="Files">Number of the payload files, a line each.</param>
/// <param name="Octets">Bytes of the payload files.</param>
internal readonly record struct ManifestLines(byte[]? Buffer, int Length, long Files, long Octets)
{
    private const int MostBesideName = (2 * Digest.Size) + 7 + RecordPath.RecordLength + 1 + 1; // digest, "  data/", record, "/", line feed
    private const int MaxSealName = 5 + 20 + 5;

    /// <summary>The lines.</summary>
    internal ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);

    /// <summary>Gives the buffer back.</summary>
    internal void Return()
    {
        if (Buffer is not null) ArrayPool<byte>.Shared.Return(Buffer);
    }

    /// <summary>The lines of records: for each its parts and then its seal.</summary>
    internal static ManifestLines Write(ReadOnlySpan<byte> bytes, ReadOnlySpan<ReadRecord> records, ReadOnlySpan<ScannedPart> parts, List<MessageRange> seals, ReadOnlySpan<Digest> sealDigests)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((parts.Length * (MostBesideName + ScannedPart.NameLength)) + (records.Length * (MostBesideName + MaxSealName)));
        var (at, octets) = (0, 0L);
        Span<byte> name = stackalloc byte[sizeof(ulong)];
        for (var i = 0; i < records.Length; i++)
        {
            var record = bytes.Slice(records[i].RecordText.Offset, records[i].RecordText.Length);
            foreach (ref readonly var part in parts.Slice(records[i].FirstPart, records[i].PartCount))
            {
                BinaryPrimitives.WriteUInt64BigEndian(name, part.Name);
                at += Line(buffer.AsSpan(at), part.Sha256, record, name[^ScannedPart.NameLength..]);
                octets += part.Size;
            }

            at += Line(buffer.AsSpan(at), sealDigests[i], record, bytes.Slice(records[i].SealName.Offset, records[i].SealName.Length));
            octets += seals[i].Length;
        }

        return new ManifestLines(buffer, at, parts.Length + records.Length, octets);
    }

    private static int Line(Span<byte> line, in Digest sha256, ReadOnlySpan<byte> record, ReadOnlySpan<byte> member)
    {
        Convert.TryToHexStringLower(Digest.AsSpan(in sha256), line, out var at);
        "  data/"u8.CopyTo(line[at..]);
        at += 7;
        record.CopyTo(line[at..]);
        at += record.Length;
        line[at++] = (byte)'/';
        member.CopyTo(line[at..]);
        at += member.Length;
        line[at++] = (byte)'\n';
        return at;
    }
}
