namespace Evidence.Bench.Peers;

/// <summary><c>cp -r</c> and sync: the bytes only, with no proof of anything.</summary>
internal static class CopyPeer
{
    /// <summary>Copies a folder to one that is not there yet, and waits until the medium has it.</summary>
    internal static async Task RunAsync(string source, string destination, CancellationToken ct)
    {
        await PeerProcess.RunAsync("cp", ["-r", source, destination], ct);
        await PeerProcess.RunAsync("sync", ["-f", destination], ct);
    }
}
