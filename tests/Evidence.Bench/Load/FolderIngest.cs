using Evidence.Bench.Corpora;
using Evidence.Bench.Goals;
using Evidence.Client;
using Evidence.V1;

namespace Evidence.Bench.Load;

/// <summary>Files every file of a corpus as a record of its own, as the command line does.</summary>
internal static class FolderIngest
{
    private const int WarmUps = 10;

    /// <summary>Files other records first, until the code of node and client is compiled, as that of a node is that runs for days.</summary>
    internal static async Task WarmUpAsync(BenchContext context, EvidenceClient client, CancellationToken ct)
    {
        var corpus = await context.CorpusAsync(CorpusPlan.WarmUp, ct);
        for (var i = 0; i < WarmUps; i++) await RunAsync(client, corpus, ct);
    }

    /// <summary>Returns when every record is acknowledged.</summary>
    /// <exception cref="NotMeasuredException">A record was refused.</exception>
    internal static async Task RunAsync(EvidenceClient client, Corpus corpus, CancellationToken ct)
    {
        var filed = 0;
        await foreach (var outcome in client.ArchiveManyAsync(corpus.Files.Select(Draft).ToAsyncEnumerable(), ct))
        {
            if (outcome.Failure is not null) throw new NotMeasuredException($"a record was refused: {outcome.Failure.Message}", outcome.Failure);
            filed++;
        }
        if (filed != corpus.Files.Count) throw new NotMeasuredException($"{filed} of {corpus.Files.Count} records were acknowledged");
    }

    /// <summary>The record of a file.</summary>
    internal static RecordDraft Draft(string file) =>
        new("bench", new Description { Title = Path.GetFileName(file) }, [DraftPart.FromFile(file, mediaType: "application/pdf")]);
}
