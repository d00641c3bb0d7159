using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Looks for bytes behind the end of volumes that are still open. Of closed ones the scan sees them.</summary>
internal static class VolumeTails
{
    internal static async Task AddToAsync(LogSweep sweep, CancellationToken ct)
    {
        foreach (var volume in sweep.Store.Volumes)
            if (await sweep.Store.FindStrayTailAsync(volume.Number, ct) is { } tail) sweep.Add(Stray(sweep.Origin, volume.Number, tail.Offset, tail.Length));
    }

    // No record is changed by them. The log goes on at its end, and writes over them.
    private static Fault Stray(string origin, uint volume, long offset, long length)
    {
        var finding = new Finding(FindingCodes.VolumeUnexpected, Severity.Warning, Layer.Storage, VolumeScan.Subject(volume, offset),
            string.Create(CultureInfo.InvariantCulture, $"{LogSweeper.Count((int)Math.Min(length, int.MaxValue), "byte")} after the end of volume {volume}, which is open: no record that the log has written or is writing accounts for them."));
        return new Fault(Causes.VolumeTail(origin, volume), origin, $"Bytes follow the end of volume {volume} of '{origin}' that this log did not write. Its records are not touched by them; keep a copy of the file if you want to know whose they are.", [finding], new Remedy.Nothing());
    }
}
