using Evidence.Core;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;

namespace Evidence.Node.Replication.Possession;

/// <summary>Proves to others that this node has the bytes of a log, at a rate that leaves the medium to those who need it.</summary>
internal sealed class PossessionDesk(NodeLogs logs, NodeOptions options, TimeProvider time)
{
    private readonly long _rate = options.Replicas.ProofBytesPerSecond;
    private readonly Lock _gate = new();
    private long _allowed = Math.Max(options.Replicas.ProofBytesPerSecond, PossessionProof.MostBytes);
    private long _filled = time.GetTimestamp();

    /// <exception cref="FormatException">The request is not one that is answered.</exception>
    /// <exception cref="PossessionBusyException">The rate is used up for now.</exception>
    /// <exception cref="IOException">The bytes are not here, or cannot be read.</exception>
    internal async Task<IReadOnlyList<Digest>> AnswerAsync(string origin, ReadOnlyMemory<byte> nonce, IReadOnlyList<PossessionRange> ranges, CancellationToken ct)
    {
        if (FindFault(nonce, ranges) is { } fault) throw new FormatException(fault);
        var log = logs.Find(origin) ?? throw new FileNotFoundException($"This node holds no log '{origin}'.");
        foreach (var range in ranges)
            if ((log.Volumes.FirstOrDefault(volume => volume.Number == range.Volume)?.DurableLength ?? 0) - range.Length < range.Offset)
                throw new EndOfStreamException($"Volume {range.Volume} of '{origin}' does not have {range.Length} bytes from byte {range.Offset} on here.");
        Spend(ranges.Sum(range => range.Length));
        var proofs = new List<Digest>(ranges.Count);
        foreach (var range in ranges) proofs.Add(await PossessionProof.ComputeAsync(log, logs.Own.Origin, nonce, range, ct));
        return proofs;
    }

    private static string? FindFault(ReadOnlyMemory<byte> nonce, IReadOnlyList<PossessionRange> ranges)
    {
        if (nonce.Length != PossessionProof.NonceBytes) return $"nonce has {nonce.Length} bytes, and must have {PossessionProof.NonceBytes}.";
        if (ranges.Count is 0 or > PossessionProof.MostRanges) return $"{ranges.Count} ranges are asked about; 1 to {PossessionProof.MostRanges} are answered.";
        if (ranges.Any(range => range.Offset < 0 || range.Length is < 1 or > PossessionProof.MostBytes)) return $"a range must have 1 to {PossessionProof.MostBytes} bytes, from byte 0 on or later.";
        return ranges.Sum(range => range.Length) > PossessionProof.MostBytes ? $"the ranges have more than {PossessionProof.MostBytes} bytes together." : null;
    }

    private void Spend(long bytes)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var most = Math.Max(_rate, PossessionProof.MostBytes);
            var gained = Math.Min(most, time.GetElapsedTime(_filled, now).TotalSeconds * _rate);
            (_allowed, _filled) = (Math.Min(most, _allowed + (long)gained), now);
            if (bytes > _allowed) throw new PossessionBusyException($"{_rate} bytes a second are read for proofs of possession here: ask again in a moment.");
            _allowed -= bytes;
        }
    }
}

/// <summary>So many proofs were asked for that no more are given at present.</summary>
internal sealed class PossessionBusyException(string message) : Exception(message);
