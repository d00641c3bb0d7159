using System.Buffers;
using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Uploads;

/// <summary>Reads what an upload has on the medium once more, past the page cache, and holds it to the digests that were written down when it was received.</summary>
internal sealed class UploadCheck : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly MediumReader? _reader;

    internal UploadCheck(string path) => _reader = File.Exists(path) ? new MediumReader(path, fromMedium: true) : null;

    /// <summary>The parts as far as they prove: the first that does not ends at its last point that does, and what follows it is gone.</summary>
    internal IReadOnlyList<UploadPart> Proven(IReadOnlyList<UploadPart> parts, CancellationToken ct)
    {
        var proven = new List<UploadPart>(parts.Count);
        long at = 0;
        foreach (var part in parts)
        {
            at += MemberHeader.Length(part.Announced);
            var points = ProvenPoints(part, at, ct);
            var whole = points.Count == part.Points.Count;
            proven.Add(part with { Ended = part.Ended && whole, Points = points });
            if (!proven[^1].Ended) break;
            at += TarBlock.RoundUp(part.Size);
        }

        return proven;
    }

    /// <summary>The hash of the last part up to where it has been received.</summary>
    internal IncrementalHash HashOfLast(IReadOnlyList<UploadPart> parts, CancellationToken ct)
    {
        var start = parts.SkipLast(1).Sum(p => MemberHeader.Length(p.Announced) + TarBlock.RoundUp(p.Size)) + MemberHeader.Length(parts[^1].Announced);
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        TryAppend(hash, start, parts[^1].Size, ct);
        return hash;
    }

    public void Dispose() => _reader?.Dispose();

    private List<UploadPoint> ProvenPoints(UploadPart part, long start, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long done = 0;
        var proven = new List<UploadPoint>(part.Points.Count);
        foreach (var point in part.Points)
        {
            if (!TryAppend(hash, start + done, point.Size - done, ct) || new Digest(hash.GetCurrentHash()) != point.Sha256) break;
            proven.Add(point);
            done = point.Size;
        }

        return proven;
    }

    private bool TryAppend(IncrementalHash hash, long offset, long count, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (count > 0)
            {
                ct.ThrowIfCancellationRequested();
                var read = _reader?.Read(buffer.AsSpan(0, (int)Math.Min(BufferSize, count)), offset) ?? 0;
                if (read == 0) return false;
                hash.AppendData(buffer, 0, read);
                (offset, count) = (offset + read, count - read);
            }

            return true;
        }
        catch (IOException)
        {
            return false; // what cannot be read does not prove
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
