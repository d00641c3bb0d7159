using System.Security.Cryptography;
using Evidence.Bench.Corpora;

namespace Evidence.Bench.Peers;

/// <summary>SHA-256 of the framework over files that lie in this process's memory, on several threads.</summary>
internal sealed class MemoryHashPeer(IReadOnlyList<byte[]> files)
{
    /// <summary>Reads the files into memory.</summary>
    internal static MemoryHashPeer Load(Corpus corpus) => new([.. corpus.Files.Select(File.ReadAllBytes)]);

    /// <summary>Hashes all of them.</summary>
    internal void Run(int threads) => Parallel.For(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new byte[SHA256.HashSizeInBytes],
        (i, _, digest) =>
        {
            SHA256.HashData(files[i], digest);
            return digest;
        },
        _ => { });
}
