using Evidence.Core;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>The lines of a proof file as they are, held to its hash chain: it tells which payloads are those that were appended, and which payload was where there is another now.</summary>
internal sealed class ProofLines
{
    private readonly List<Line> _lines = [];
    private readonly ProofFileState _known;

    private ProofLines(IEnumerable<byte[]> lines, ProofFileState known)
    {
        _known = known;
        var before = new Place(default(Digest), null);
        foreach (var line in lines) before = Add(line, before);
        if (_lines.Count == 0) return;
        if (IsMadeToFit) _lines.ForEach(line => (line.Fits, line.Stated) = (false, null));
        else if (before.Computed == known.Head) _lines[^1].Fits = true;
        else if (_lines.Count == known.Count) _lines[^1].Stated = known.Head;
    }

    // Lines that all fit each other, and not what was written last, are somebody else's work.
    private bool IsMadeToFit => _known.Count > 0 && _lines.Count >= _known.Count && _lines[(int)_known.Count - 1].Stated != _known.Head && _lines.TrueForAll(line => line.Fits);

    /// <summary>The hash that was written last.</summary>
    internal Digest Head => _known.Head;

    /// <summary>Takes the payload of every line that it accepts.</summary>
    /// <param name="accept">The key under which an entry proves, or null; told whether it is what was appended, by the hash chain.</param>
    /// <returns>The keys of the lines in their order. Where lines hold nothing that proves there is null, once for each entry that was there.</returns>
    internal List<string?> Sift(Func<byte[], bool, string?> accept)
    {
        var keys = _lines.Select(line => accept(line.Payload, line.Fits)).ToList();
        var missing = _known.Count - keys.Count(key => key is not null);
        var slots = new List<string?>();
        foreach (var (key, lost) in Runs(keys))
        {
            var holes = (int)Math.Min(lost, missing);
            slots.AddRange(Enumerable.Repeat<string?>(null, holes));
            if (key is not null) slots.Add(key);
            missing -= holes;
        }
        slots.AddRange(Enumerable.Repeat<string?>(null, (int)Math.Max(0, Math.Min(missing, _known.Count - _lines.Count))));
        return slots;
    }

    /// <summary>Whether the chain says that this payload is what was appended where there is another now.</summary>
    internal bool Attests(byte[] payload) => _lines.Exists(line => !line.Fits && line.Stated is { } stated
        && (Chain(line.Before.Stated, payload) == stated || Chain(line.Before.Computed, payload) == stated));

    /// <summary>Each accepted line, and how many entries were lost in the lines before it.</summary>
    private IEnumerable<(string? Key, long Lost)> Runs(List<string?> keys)
    {
        var run = 0;
        // A flipped byte may make one line out of two, or two out of one: what is damaged is counted by its length.
        var usual = _lines.Where((_, at) => keys[at] is not null).Select(line => line.Payload.Length).DefaultIfEmpty(0).Average();
        for (var at = 0; at <= keys.Count; at++)
        {
            if (at < keys.Count && keys[at] is null) run += usual == 0 ? 1 : Math.Max(1, _lines[at].Payload.Length);
            else
            {
                yield return (at < keys.Count ? keys[at] : null, run == 0 || usual == 0 ? run : Math.Max(1, (long)Math.Round(run / usual)));
                run = 0;
            }
        }
    }

    private Place Add(byte[] bytes, Place before)
    {
        var payload = bytes.Length > ProofLine.PrefixLength ? bytes[ProofLine.PrefixLength..] : [];
        var line = new Line(payload, before) { Stated = ProofLine.TryParse(bytes, out var stated) ? stated : null };
        _lines.Add(line);
        if (line.Stated is null) return new Place(null, Chain(before.Stated, payload));
        if (Chain(before.Stated, payload) == stated) line.Fits = true;
        else if (Chain(before.Computed, payload) == stated) line.Fits = _lines[^2].Fits = true; // of the line before only the hash is damaged
        else return new Place(stated, Chain(before.Stated, payload));
        return new Place(stated, null);
    }

    private static Digest? Chain(Digest? before, byte[] payload) => before is { } hash ? ProofLine.Chain(hash, payload) : null;

    internal static ProofLines Read(ProofFile file, out ProofFileState known)
    {
        var lines = new List<byte[]>();
        ReadOnlySpan<byte> rest = file.ReadWhole(out known);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            lines.Add((end < 0 ? rest : rest[..end]).ToArray());
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return new ProofLines(lines, known);
    }

    /// <summary>The hashes that the line before may have: the one that it states, and where its payload does not give that one, the one that it gives.</summary>
    private readonly record struct Place(Digest? Stated, Digest? Computed);

    private sealed class Line(byte[] payload, Place before)
    {
        internal byte[] Payload => payload;

        internal Place Before => before;

        internal Digest? Stated { get; set; }

        internal bool Fits { get; set; }
    }
}
