using Evidence.Bench.Corpora;
using Evidence.Client;
using Evidence.V1;

namespace Evidence.Bench.Load;

/// <summary>Files every file of a corpus as a record of its own, as the command line does.</summary>
internal static class FolderIngest
{
    private const int AtOnce = 8;

    /// <summary>Returns when every record is acknowledged.</summary>
    internal static Task RunAsync(EvidenceClient client, Corpus corpus, CancellationToken ct) => Parallel.ForEachAsync(
        corpus.Files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (file, token) =>
        {
            var draft = new RecordDraft("bench", new Description { Title = Path.GetFileName(file) }, [DraftPart.FromFile(file, mediaType: "application/pdf")]);
            await client.ArchiveAsync(draft, null, token);
        });
}
