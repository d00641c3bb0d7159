using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Evidence.Core.Seals;

namespace Evidence.Core.Volumes;

/// <summary>What the closing members of a volume say of its records, gathered record by record.</summary>
internal sealed class BagTotals : IDisposable
{
    private readonly IncrementalHash _manifest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _lines = new(4096);

    /// <summary>Bytes of all payload files.</summary>
    internal long Octets { get; private set; }

    /// <summary>Number of payload files.</summary>
    internal long Count { get; private set; }

    /// <summary>Length of the manifest in bytes.</summary>
    internal long ManifestLength { get; private set; }

    /// <summary>SHA-256 of the manifest of the records so far.</summary>
    internal Digest ManifestSha256 => new(_manifest.GetCurrentHash());

    /// <summary>When the last record was received.</summary>
    internal DateTimeOffset LastReceived { get; private set; }

    /// <summary>Takes a record in. The result is its lines of the manifest, valid until the next call.</summary>
    internal ReadOnlyMemory<byte> Add(Seal seal, ReadOnlySpan<byte> sealBytes, ulong leaf) => Add(seal, sealBytes.Length, Digest.Of(sealBytes), leaf);

    /// <summary>As the other overload, for a seal whose SHA-256 is known.</summary>
    internal ReadOnlyMemory<byte> Add(Seal seal, int sealLength, Digest sealSha256, ulong leaf)
    {
        _lines.ResetWrittenCount();
        for (var i = 0; i < seal.Parts.Count; i++) AddFile(seal.Record, seal.Parts[i].Name, seal.Parts[i].Size, seal.Parts[i].Sha256);
        AddFile(seal.Record, VolumeName.SealMember(leaf), sealLength, sealSha256);
        LastReceived = seal.Received;
        ManifestLength += _lines.WrittenCount;
        _manifest.AppendData(_lines.WrittenSpan);
        return _lines.WrittenMemory;
    }

    /// <summary>Takes in records whose lines were made elsewhere, as the other overloads make them.</summary>
    /// <param name="lines">Their lines.</param>
    /// <param name="files">Number of their payload files.</param>
    /// <param name="octets">Bytes of those.</param>
    /// <param name="lastReceived">When the last of the records was received; whole seconds suffice.</param>
    internal void Add(ReadOnlySpan<byte> lines, long files, long octets, DateTimeOffset lastReceived)
    {
        (Count, Octets, LastReceived) = (Count + files, Octets + octets, lastReceived);
        ManifestLength += lines.Length;
        _manifest.AppendData(lines);
    }

    public void Dispose() => _manifest.Dispose();

    // RFC 8493, section 2.1.3: checksum, white space, path relative to the bag. Two spaces, as sha256sum -c reads it.
    private void AddFile(RecordId record, string member, long size, in Digest sha256)
    {
        Octets += size;
        Count++;
        var line = _lines.GetSpan(128 + member.Length);
        Convert.TryToHexStringLower(Digest.AsSpan(in sha256), line, out var at);
        "  data/"u8.CopyTo(line[at..]);
        at += 7;
        record.Value.TryFormat(line[at..], out var written, "D");
        at += written;
        line[at++] = (byte)'/';
        at += Encoding.ASCII.GetBytes(member, line[at..]);
        line[at++] = (byte)'\n';
        _lines.Advance(at);
    }
}
