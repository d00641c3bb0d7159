using Evidence.Core;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;

namespace Evidence.Node.Replication.Possession;

/// <summary>Proves to others that this node has the bytes of a log, at a rate for each caller that leaves the medium to those who need it, so that nobody uses up what others are given.</summary>
internal sealed class PossessionDesk(NodeLogs logs, NodeOptions options, TimeProvider time)
{
    private readonly long _rate = options.Replicas.ProofBytesPerSecond;
    private readonly long _most = Math.Max(options.Replicas.ProofBytesPerSecond, PossessionProof.MostBytes);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Allowed, long Filled)> _callers = [];

    /// <summary>Callers that may be answered within the time in which what is allowed to one grows anew.</summary>
    internal const int MostCallers = 64;

    /// <exception cref="FormatException">The request is not one that is answered.</exception>
    /// <exception cref="PossessionBusyException">The rate is used up for now.</exception>
    /// <exception cref="IOException">The bytes are not here, or cannot be read.</exception>
    internal async Task<IReadOnlyList<Digest>> AnswerAsync(string caller, string origin, ReadOnlyMemory<byte> nonce, IReadOnlyList<PossessionRange> ranges, CancellationToken ct)
    {
        if (FindFault(nonce, ranges) is { } fault) throw new FormatException(fault);
        var log = logs.Find(origin) ?? throw new FileNotFoundException($"This node holds no log '{origin}'.");
        foreach (var range in ranges)
            if ((log.Volumes.FirstOrDefault(volume => volume.Number == range.Volume)?.DurableLength ?? 0) - range.Length < range.Offset)
                throw new EndOfStreamException($"Volume {range.Volume} of '{origin}' does not have {range.Length} bytes from byte {range.Offset} on here.");
        Spend(caller, ranges.Sum(range => range.Length));
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

    private void Spend(string caller, long bytes)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!_callers.ContainsKey(caller) && _callers.Count >= MostCallers) ForgetIdle(now);
            if (!_callers.ContainsKey(caller) && _callers.Count >= MostCallers) throw new PossessionBusyException($"Proofs of possession are given to {MostCallers} callers here at once: ask again in a moment.");
            var allowed = AllowedTo(caller, now);
            _callers[caller] = (bytes > allowed ? allowed : allowed - bytes, now);
            if (bytes > allowed) throw new PossessionBusyException($"{_rate} bytes a second are read for one caller's proofs of possession here: ask again in a moment.");
        }
    }

    private long AllowedTo(string caller, long now) => _callers.TryGetValue(caller, out var known)
        ? (long)Math.Min(_most, known.Allowed + (time.GetElapsedTime(known.Filled, now).TotalSeconds * _rate))
        : _most;

    private void ForgetIdle(long now)
    {
        foreach (var idle in _callers.Keys.Where(known => AllowedTo(known, now) == _most).ToList()) _callers.Remove(idle);
    }
}

/// <summary>So many proofs were asked for that no more are given at present.</summary>
internal sealed class PossessionBusyException(string message) : Exception(message);
