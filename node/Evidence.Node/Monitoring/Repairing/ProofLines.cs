using Evidence.Core;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>The lines of a proof file as they are, held to its hash chain: it tells which payloads are known to be those that were appended.</summary>
internal sealed class ProofLines
{
    private readonly List<Line> _lines = [];
    private readonly ProofFileState _known;

    private ProofLines(IEnumerable<byte[]> lines, ProofFileState known)
    {
        _known = known;
        var before = new Place(default(Digest), null);
        foreach (var line in lines) before = Add(line, before);
        Attest();
    }

    /// <summary>What the writer knows of the file.</summary>
    internal ProofFileState Known => _known;

    /// <summary>Takes the payload of every line that it accepts.</summary>
    /// <param name="accept">The key under which an entry proves, or null; told whether the hash that was written last attests it.</param>
    /// <returns>The keys of the lines in their order. Where lines hold nothing that proves there is null, once for each entry that was there.</returns>
    internal List<string?> Sift(Func<byte[], bool, string?> accept)
    {
        var keys = _lines.Select(line => accept(line.Payload, line.IsAttested)).ToList();
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
        var line = new Line(bytes.Length > ProofLine.PrefixLength ? bytes[ProofLine.PrefixLength..] : [], before);
        _lines.Add(line);
        return new Place(ProofLine.TryParse(bytes, out var stated) ? stated : null, before.Stated is { } hash ? ProofLine.Chain(hash, line.Payload) : null);
    }

    // Anyone can make a line follow from the one before it. Only what leads to the hash that was written last, without a gap, is what was appended.
    private void Attest()
    {
        var after = _known.Head;
        for (var at = _lines.FindLastIndex(line => line.PlaceBefore(after) is not null); at >= 0 && _lines[at].PlaceBefore(after) is { } before; at--)
        {
            _lines[at].IsAttested = true;
            after = before;
        }
    }

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

    /// <summary>The hashes that the line before may have: the one that it states, and the one that its payload gives.</summary>
    private readonly record struct Place(Digest? Stated, Digest? Computed);

    private sealed class Line(byte[] payload, Place before)
    {
        internal byte[] Payload => payload;

        internal bool IsAttested { get; set; }

        /// <summary>The hash of the line before with which this payload gives <paramref name="hash"/>; null where none does.</summary>
        internal Digest? PlaceBefore(Digest hash) => Gives(before.Stated, hash) ? before.Stated : Gives(before.Computed, hash) ? before.Computed : null;

        private bool Gives(Digest? from, Digest hash) => from is { } known && ProofLine.Chain(known, payload) == hash;
    }
}
