using System.Security.Cryptography;
using Evidence.Bench.Corpora;

namespace Evidence.Bench.Peers;

/// <summary><c>sha256sum --check</c> in several processes, each with its share of the files: content only, against a list that anyone could have rewritten.</summary>
internal sealed class ChecksumPeer
{
    private readonly IReadOnlyList<string> _lists;

    private ChecksumPeer(IReadOnlyList<string> lists) => _lists = lists;

    /// <summary>Writes the lists; not part of what is measured.</summary>
    internal static async Task<ChecksumPeer> PrepareAsync(Corpus corpus, string folder, int processes, CancellationToken ct)
    {
        var lists = Enumerable.Range(0, processes).Select(i => Path.Combine(folder, $"list-{i}")).ToList();
        var share = (corpus.Files.Count + processes - 1) / processes;
        await Parallel.ForAsync(0, processes, ct, async (i, token) =>
        {
            await using var list = new StreamWriter(lists[i]);
            foreach (var file in corpus.Files.Skip(i * share).Take(share))
                await list.WriteAsync($"{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, token)))}  {file}\n");
        });
        return new ChecksumPeer(lists);
    }

    /// <summary>Checks all files.</summary>
    internal Task RunAsync(CancellationToken ct) => Task.WhenAll(_lists.Select(list => PeerProcess.RunAsync("sha256sum", ["--check", "--quiet", "--strict", list], ct)));
}
