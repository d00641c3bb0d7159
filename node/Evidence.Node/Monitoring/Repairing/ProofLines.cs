namespace Evidence.Node.Monitoring.Repairing;

/// <summary>The lines of a proof file as they are, without their hashes: what an entry proves does not rest on the chain.</summary>
/// <param name="Lines">The lines with their hashes.</param>
internal sealed record ProofLines(IReadOnlyList<byte[]> Lines)
{
    private const int HashLength = 65; // 64 hex digits and a space

    /// <summary>Takes the payload of every line that it accepts. Returns how many were accepted, and how many entries the other lines held.</summary>
    /// <param name="accept">Whether an entry proves.</param>
    /// <param name="count">How many entries were appended, as far as the running process knows.</param>
    internal (int Sound, long Lost) Sift(Func<byte[], bool> accept, long count)
    {
        var sound = Lines.Select(line => line.Length > HashLength && accept(line[HashLength..])).ToList();
        var kept = sound.Count(isSound => isSound);
        return (kept, Math.Min(count - kept, Damaged(sound) + Math.Max(0, count - Lines.Count)));
    }

    // A flipped byte may make one line out of two, or two out of one: what is damaged is counted by its length.
    private long Damaged(List<bool> sound)
    {
        var usual = Lines.Where((_, at) => sound[at]).Select(line => line.Length).DefaultIfEmpty(0).Average();
        if (usual == 0) return Lines.Count;
        var (total, run) = (0L, 0);
        for (var at = 0; at <= sound.Count; at++)
        {
            if (at < sound.Count && !sound[at]) run += Lines[at].Length;
            else if (run > 0) (total, run) = (total + Math.Max(1, (long)Math.Round(run / usual)), 0);
        }
        return total;
    }

    internal static ProofLines Read(string path)
    {
        if (!File.Exists(path)) return new ProofLines([]);
        var lines = new List<byte[]>();
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            lines.Add((end < 0 ? rest : rest[..end]).ToArray());
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return new ProofLines(lines);
    }
}
