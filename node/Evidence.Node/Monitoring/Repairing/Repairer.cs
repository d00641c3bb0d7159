using Evidence.Node.Monitoring.Comparing;
using Evidence.Storage;
using Evidence.Storage.LevelDb;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>Tries to heal a fault by its remedy. Nothing is overwritten with bytes that do not prove, and nothing is thrown away.</summary>
internal sealed class Repairer(VolumeRepair ranges, WholeVolumeRepair volumes, RewriteRepair rewrites, ProofRepair proofs, TimeProvider time)
{
    internal async Task<RepairResult> RepairAsync(LogSweep sweep, Fault fault, CancellationToken ct)
    {
        try
        {
            return await DispatchAsync(sweep, fault, ct);
        }
        catch (Exception e) when (e is StorageException or IOException or LevelDbException or UnauthorizedAccessException)
        {
            return RepairResult.Failed($"The repair failed: {e.Message}");
        }
    }

    private Task<RepairResult> DispatchAsync(LogSweep sweep, Fault fault, CancellationToken ct) => fault.Remedy switch
    {
        Remedy.VolumeRange range => ranges.RunAsync(sweep, fault, range, ct),
        Remedy.WholeVolume volume => volumes.RestoreAsync(sweep, fault, volume.Volume, ct),
        Remedy.CatchUp => volumes.CatchUpAsync(sweep, fault, ct),
        Remedy.CompareWithPeer => rewrites.RunAsync(sweep, fault, ct),
        Remedy.Tiles => RebuildTilesAsync(sweep, ct),
        Remedy.Checkpoint => RewriteCheckpointAsync(sweep, fault, ct),
        Remedy.Identity => RewriteIdentityAsync(sweep, fault, ct),
        Remedy.SetAside aside => Task.FromResult(SetAside(sweep, fault, aside)),
        Remedy.Index => RebuildIndexAsync(sweep, ct),
        Remedy.Proofs file => proofs.RunAsync(sweep, fault, file.Kind, ct),
        _ => Task.FromResult(RepairResult.Failed("There is nothing that this node can do about it.")),
    };

    private static async Task<RepairResult> RebuildTilesAsync(LogSweep sweep, CancellationToken ct)
    {
        await sweep.Store.RebuildTilesAsync(ct);
        return RepairResult.Repaired("Tiles and entry bundles were made anew from the seals in the volumes; what was damaged is in quarantine.");
    }

    private async Task<RepairResult> RewriteCheckpointAsync(LogSweep sweep, Fault fault, CancellationToken ct)
    {
        var file = Path.Combine(sweep.Store.Folder, "checkpoint");
        if (File.Exists(file)) new QuarantineFolder(sweep.Store.Folder, "checkpoint", fault, time).Copy(file);
        await sweep.Store.RebuildTilesAsync(ct);
        return RepairResult.Repaired("The checkpoint that was published last was written again; what was damaged is in quarantine.");
    }

    private async Task<RepairResult> RewriteIdentityAsync(LogSweep sweep, Fault fault, CancellationToken ct)
    {
        var file = Path.Combine(sweep.Store.Folder, LogIdentity.FileName);
        if (File.Exists(file)) new QuarantineFolder(sweep.Store.Folder, "identity", fault, time).Copy(file);
        await sweep.Store.RewriteIdentityAsync(ct);
        return RepairResult.Repaired($"{LogIdentity.FileName} was written again from the keys that the log was opened with; what was damaged is in quarantine.");
    }

    private static async Task<RepairResult> RebuildIndexAsync(LogSweep sweep, CancellationToken ct)
    {
        await sweep.Store.RebuildIndexAsync(ct);
        return RepairResult.Repaired("The index was made anew from the volumes; the old one is in quarantine.");
    }

    private RepairResult SetAside(LogSweep sweep, Fault fault, Remedy.SetAside aside)
    {
        var quarantine = new QuarantineFolder(sweep.Store.Folder, "unexpected", fault, time);
        foreach (var path in aside.Paths) quarantine.Move(path);
        return RepairResult.Repaired($"{LogSweeper.Count(aside.Paths.Count, "file")} went into quarantine.");
    }
}
