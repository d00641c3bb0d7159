using System.Globalization;

namespace Evidence.Bench.Peers;

/// <summary>Reads files past the page cache and does nothing with them: <c>dd iflag=direct</c>, several at once on stretches of a file.</summary>
internal static class DirectReadPeer
{
    /// <summary>The sizes of a read, in MiB.</summary>
    internal static IReadOnlyList<int> Sizes { get; } = [1, 2, 4, 8];

    /// <summary>How many reads are under way at once.</summary>
    internal static IReadOnlyList<int> Depths { get; } = [1, 2, 4];

    /// <summary>Reads the files one after the other.</summary>
    internal static async Task RunAsync(IReadOnlyList<string> files, int mebibytes, int depth, CancellationToken ct)
    {
        foreach (var file in files)
        {
            var blocks = (new FileInfo(file).Length + (mebibytes << 20) - 1) / (mebibytes << 20);
            var share = (blocks + depth - 1) / depth;
            await Task.WhenAll(Enumerable.Range(0, depth).Select(i => PeerProcess.RunAsync("dd",
                [$"if={file}", "of=/dev/null", "iflag=direct", "status=none", Text("bs", (long)mebibytes << 20), Text("skip", i * share), Text("count", share)], ct)));
        }
    }

    private static string Text(string name, long number) => string.Create(CultureInfo.InvariantCulture, $"{name}={number}");
}
