namespace Evidence.Node.Monitoring.Repairing;

/// <summary>The lines of a proof file as they are, without their hashes: what an entry proves does not rest on the chain.</summary>
/// <param name="Count">Lines in the file.</param>
/// <param name="Payloads">Their payloads, those of torn lines left out.</param>
internal sealed record ProofLines(int Count, IReadOnlyList<byte[]> Payloads)
{
    private const int HashLength = 65; // 64 hex digits and a space

    internal static ProofLines Read(string path)
    {
        if (!File.Exists(path)) return new ProofLines(0, []);
        var lines = new List<byte[]>();
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            lines.Add((end < 0 ? rest : rest[..end]).ToArray());
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return new ProofLines(lines.Count, [.. lines.Where(line => line.Length > HashLength).Select(line => line[HashLength..])]);
    }
}
