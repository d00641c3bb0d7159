using System.Globalization;
using Evidence.Bench.Peers;

namespace Evidence.Bench.Measuring;

/// <summary>What a folder takes on its disk.</summary>
internal static class DiskUse
{
    /// <summary>Bytes that are allocated for a folder with all that is in it, its folders too.</summary>
    internal static async Task<long> OfAsync(string folder, CancellationToken ct)
    {
        var said = await PeerProcess.RunAsync("du", ["-s", "-B1", folder], ct);
        return long.Parse(said.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
