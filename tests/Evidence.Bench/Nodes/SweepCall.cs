using Evidence.Client;
using Evidence.V1;

namespace Evidence.Bench.Nodes;

/// <summary>A sweep as a user has it: started, and watched to its report.</summary>
internal static class SweepCall
{
    /// <summary>The report.</summary>
    internal static async Task<Sweep> RunAsync(EvidenceClient client, CancellationToken ct)
    {
        var last = await client.Monitor.StartSweepAsync(new StartSweepRequest(), cancellationToken: ct);
        using var watch = client.Monitor.WatchSweep(new WatchSweepRequest { Sweep = last.Sweep_ }, cancellationToken: ct);
        while (await watch.ResponseStream.MoveNext(ct)) last = watch.ResponseStream.Current;
        return last;
    }
}
