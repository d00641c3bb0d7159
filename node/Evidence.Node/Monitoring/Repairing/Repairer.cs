using System.Text.Json.Nodes;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Storage;
using Evidence.Storage.Durable;
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
        Remedy.SetAside aside => Task.FromResult(SetAside(sweep, fault, aside)),
        Remedy.Index => RebuildIndexAsync(sweep, ct),
        Remedy.Proofs file => proofs.RunAsync(sweep, fault, file.Kind, ct),
        _ => Task.FromResult(RepairResult.Failed("There is nothing that this node can do about it.")),
    };

    private static async Task<RepairResult> RebuildTilesAsync(LogSweep sweep, CancellationToken ct)
    {
        await sweep.Store.RebuildTilesAsync(ct);
        return RepairResult.Repaired("Tiles and checkpoint were made anew from the seals in the volumes; what was damaged is in quarantine.");
    }

    private static async Task<RepairResult> RebuildIndexAsync(LogSweep sweep, CancellationToken ct)
    {
        await sweep.Store.RebuildIndexAsync(ct);
        return RepairResult.Repaired("The index was made anew from the volumes; the old one is in quarantine.");
    }

    private RepairResult SetAside(LogSweep sweep, Fault fault, Remedy.SetAside aside)
    {
        var folder = Path.Combine(sweep.Store.Folder, "quarantine", $"{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}-unexpected");
        Directory.CreateDirectory(folder);
        SmallFile.Replace(Path.Combine(folder, "finding.json"), System.Text.Encoding.UTF8.GetBytes(
            new JsonObject { ["cause"] = fault.Cause, ["findings"] = FindingJson.Of(fault.Findings) }.ToJsonString()));
        foreach (var path in aside.Paths)
        {
            var target = Path.Combine(folder, Path.GetRelativePath(sweep.Store.Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(path, target);
        }
        return RepairResult.Repaired($"{LogSweeper.Count(aside.Paths.Count, "file")} went into quarantine.");
    }
}
