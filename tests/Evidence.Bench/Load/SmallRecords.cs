using System.Buffers.Binary;
using Evidence.Bench.Corpora;
using Evidence.Client;
using Evidence.V1;

namespace Evidence.Bench.Load;

/// <summary>Records of 1 KiB, no two with the same content.</summary>
internal static class SmallRecords
{
    internal const int Size = 1024;

    private const int AtOnce = 64;

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

    /// <summary>Files records, and returns when every one is acknowledged.</summary>
    internal static Task FileAsync(EvidenceClient client, int first, int count, CancellationToken ct) => Parallel.ForAsync(
        first, first + count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
        async (number, token) => await client.ArchiveAsync(Draft(number), null, token));

    private static byte[] MakeNoise()
    {
        var noise = new byte[Size];
        CorpusPlan.B.Fill(0, noise);
        return noise;
    }
}
