using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Evidence.Bench.Corpora;

/// <summary>How the files of a corpus are made: the same bytes for the same plan, on every machine.</summary>
/// <param name="Name">Name of the corpus; its seed.</param>
/// <param name="Count">Number of files.</param>
/// <param name="Smallest">Bytes of the smallest possible file.</param>
/// <param name="Largest">Bytes of the largest possible file.</param>
/// <param name="Middle">Median size of a log-normal law; 0: all sizes are equally likely.</param>
/// <param name="Spread">Standard deviation of the logarithm.</param>
internal sealed record CorpusPlan(string Name, int Count, int Smallest, int Largest, double Middle, double Spread)
{
    /// <summary>20,000 files of 10 to 200 KB, 1.47 GB: scanned pages and office documents.</summary>
    internal static CorpusPlan A { get; } = new("A", 20_000, 10_000, 200_000, 63_500, 0.6);

    /// <summary>200,000 files of 1 to 4 KB, 0.5 GB: forms, invoices, messages.</summary>
    internal static CorpusPlan B { get; } = new("B", 200_000, 1_000, 4_000, 0, 0);

    /// <summary>2,000 files of 1 to 150 KB, to be filed before something is measured: a node that runs for days has its code compiled.</summary>
    internal static CorpusPlan WarmUp { get; } = new("warm-up", 2_000, 1_000, 150_000, 20_000, 1);

    /// <summary>Path of a file within the corpus.</summary>
    internal static string PathOf(int number) => $"{number / 1000:d3}/document-{number:d6}.pdf";

    /// <summary>Bytes of a file.</summary>
    internal int SizeOf(int number)
    {
        var seed = Seed("size", number);
        var first = Uniform(seed);
        if (Middle == 0) return Smallest + (int)(first * (Largest - Smallest));
        var normal = Math.Sqrt(-2 * Math.Log(1 - first)) * Math.Cos(2 * Math.PI * Uniform(seed[8..]));
        return (int)Math.Clamp(Middle * Math.Exp(Spread * normal), Smallest, Largest);
    }

    /// <summary>Fills a buffer with the bytes of a file; they cannot be compressed, as those of most documents.</summary>
    internal void Fill(int number, Span<byte> content)
    {
        using var aes = Aes.Create();
        aes.Key = Seed("content", number).ToArray();
        var whole = content.Length / 16 * 16;
        content.Clear();
        aes.EncryptCbc(content[..whole], new byte[16], content[..whole], PaddingMode.None);
        Seed("end", number)[..(content.Length - whole)].CopyTo(content[whole..]);
    }

    private static double Uniform(ReadOnlySpan<byte> random) => (BinaryPrimitives.ReadUInt64LittleEndian(random) >> 11) * (1.0 / (1UL << 53));

    private ReadOnlySpan<byte> Seed(string purpose, int number) => SHA256.HashData(Encoding.ASCII.GetBytes($"evidence bench {Name} {purpose} {number}"));
}
