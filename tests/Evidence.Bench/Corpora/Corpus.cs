namespace Evidence.Bench.Corpora;

/// <summary>The files of a corpus on disk.</summary>
/// <param name="Folder">Folder that holds them, and nothing else.</param>
/// <param name="Files">Their absolute paths.</param>
/// <param name="Bytes">Bytes of all of them.</param>
internal sealed record Corpus(string Folder, IReadOnlyList<string> Files, long Bytes)
{
    /// <summary>Writes the files of a plan. They stay in the page cache as far as there is room.</summary>
    internal static async Task<Corpus> WriteAsync(CorpusPlan plan, string folder, CancellationToken ct)
    {
        string[] files = [.. Enumerable.Range(0, plan.Count).Select(number => Path.Combine(folder, CorpusPlan.PathOf(number)))];
        foreach (var parent in files.Select(Path.GetDirectoryName).Distinct()) Directory.CreateDirectory(parent!);
        var bytes = 0L;
        await Parallel.ForAsync(0, plan.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct }, (number, _) =>
        {
            var content = new byte[plan.SizeOf(number)];
            plan.Fill(number, content);
            File.WriteAllBytes(files[number], content);
            Interlocked.Add(ref bytes, content.Length);
            return ValueTask.CompletedTask;
        });
        return new Corpus(folder, files, bytes);
    }
}
