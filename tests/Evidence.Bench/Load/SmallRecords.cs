using System.Buffers.Binary;
using Evidence.Bench.Corpora;
using Evidence.Bench.Goals;
using Evidence.Client;
using Evidence.V1;

namespace Evidence.Bench.Load;

/// <summary>Records of 1 KiB, no two with the same content.</summary>
internal static class SmallRecords
{
    internal const int Size = 1024;

    private static readonly byte[] Noise = MakeNoise();

    /// <summary>The content of a record; the same for the same number.</summary>
    internal static byte[] Content(int number)
    {
        // Made in no time: what the client does besides counts on both sides.
        byte[] content = [.. Noise];
        BinaryPrimitives.WriteInt32LittleEndian(content, number);
        return content;
    }

    /// <summary>A record without a signature.</summary>
    internal static RecordDraft Draft(int number)
    {
        var content = Content(number);
        return new RecordDraft("bench", new Description(), [new DraftPart(PartRole.Content, [], "", 0, "", () => new MemoryStream(content), Size)]);
    }

    /// <summary>Files records over one stream, and returns when every one is acknowledged.</summary>
    /// <exception cref="NotMeasuredException">One was refused.</exception>
    internal static async Task StreamAsync(EvidenceClient client, IEnumerable<RecordDraft> drafts, CancellationToken ct)
    {
        await foreach (var outcome in client.ArchiveManyAsync(drafts.ToAsyncEnumerable(), ct))
            if (outcome.Failure is not null) throw new NotMeasuredException($"a record was refused: {outcome.Failure.Message}", outcome.Failure);
    }

    /// <summary>As the other overload, with the unsigned records from number <paramref name="first"/>.</summary>
    internal static Task StreamAsync(EvidenceClient client, int first, int count, CancellationToken ct) =>
        StreamAsync(client, Enumerable.Range(first, count).Select(Draft), ct);

    private static byte[] MakeNoise()
    {
        var noise = new byte[Size];
        CorpusPlan.B.Fill(0, noise);
        return noise;
    }
}
