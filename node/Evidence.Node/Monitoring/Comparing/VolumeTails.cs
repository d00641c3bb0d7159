using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Looks for bytes behind the end of volumes that are still open. Of closed ones the scan sees them.</summary>
internal static class VolumeTails
{
    internal static async Task AddToAsync(LogSweep sweep, CancellationToken ct)
    {
        foreach (var volume in sweep.Store.Volumes)
            if (await sweep.Store.FindStrayTailAsync(volume.Number, ct) is { } tail) sweep.Add(Stray(sweep.Store, volume.Number, tail.Offset, tail.Length));
    }

    // No record is changed by them. A log that has the volume open goes on at its end, and writes over them; what then is left of them, or is there when it opens or closes the volume, it keeps in quarantine before it cuts it off.
    private static Fault Stray(LogStore store, uint volume, long offset, long length)
    {
        var origin = store.Origin;
        var whose = store.AppendRefusal is null ? "that this log did not write" : "that may be the rest of an append that failed: nothing is appended to this log at present";
        var finding = new Finding(FindingCodes.VolumeUnexpected, Severity.Warning, Layer.Storage, VolumeScan.Subject(volume, offset),
            string.Create(CultureInfo.InvariantCulture, $"{LogSweeper.Count((int)Math.Min(length, int.MaxValue), "byte")} after the end of volume {volume}, which is open: no record of the log accounts for them."));
        return new Fault(Causes.VolumeTail(origin, volume), origin, $"Bytes follow the end of volume {volume} of '{origin}' {whose}. Its records are not touched by them; keep a copy of the file if you want to know whose they are.", [finding], new Remedy.Nothing());
    }
}
