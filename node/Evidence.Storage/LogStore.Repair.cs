using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Index;
using Evidence.Storage.Recovery;
using Evidence.Storage.Repair;
using Evidence.Storage.Tree;
using Evidence.Storage.Volumes;

namespace Evidence.Storage;

public sealed partial class LogStore
{
    /// <summary>Compares index and volumes in both directions as of one moment: entries that are missing, changed, unexpected or unreadable. Call <see cref="ReopenIndex"/> before, so that the files are read again. Not while the index is reopened or rebuilt.</summary>
    public async IAsyncEnumerable<Finding> CompareIndexAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var (comparison, closed) = await BeginComparisonAsync(ct);
        if (closed is not null) yield return closed;
        using (comparison)
            if (comparison is not null)
                await foreach (var finding in comparison.RunAsync(ct)) yield return finding;
    }

    /// <summary>Compares tiles, entry bundles and checkpoint on disk with the tree in memory, tile by tile from the root down: changed, missing, unreadable, unexpected. With a walk over all volumes, which holds every seal to its leaf, this covers the log.</summary>
    public async IAsyncEnumerable<Finding> CompareTilesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var finding in new TileComparison(this).Run(ct)) yield return finding;
    }

    /// <summary>Closes and opens the index: its log, manifest and tables are read again, with every checksum.</summary>
    /// <returns>False when the disk has no room for what LevelDB writes at opening: the index stays open, and its files were not read again.</returns>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be opened: rebuild it.</exception>
    public bool ReopenIndex() => Index.Reopen();

    /// <summary>Makes the index anew from the volumes; the old one goes into quarantine.</summary>
    public Task RebuildIndexAsync(CancellationToken ct) => WithGateAsync(async () =>
    {
        var finding = new Finding(FindingCodes.IndexChanged, Severity.Error, Layer.Storage, Files.Index, "The index was made anew from the volumes.");
        Index.Reopen(() => Quarantine.Move("index", Files.Index, FindingText.Of(finding)));
        var intake = new VolumeIntake(this, rebuild: true);
        foreach (var state in VolumeSet.All)
        {
            await intake.TakeInAsync(new VolumeState(state.Number, 0, false), ct);
            if (VolumeSet.Find(state.Number) is { } found && found.DurableLength < state.DurableLength) VolumeSet.Set(state); // damaged at the end: it still is to have these bytes
        }

        new LogRecovery(this).AssessAgain();
        StorageLog.Repaired(Logger, Origin, "the index");
    }, ct);

    /// <summary>Writes every tile and bundle that is missing or wrong anew from the seals in the volumes, and the checkpoint file from memory; wrong files go into quarantine.</summary>
    /// <exception cref="StorageException">The seals do not give the published checkpoint's root: the volumes or the index must be repaired first. Nothing was written.</exception>
    public Task RebuildTilesAsync(CancellationToken ct) => WithGateAsync(async () =>
    {
        await _publishing.WaitAsync(ct);
        try
        {
            if (!new TileRebuild(this).TryRun(ct)) throw new StorageException($"The seals in the volumes of {Origin} do not give the root of its checkpoint. Repair the volumes and the index first; no tile was changed.");
            TileFiles.RemoveStray(Published.Current?.Checkpoint.Size ?? 0);
            new LogRecovery(this).AssessAgain();
        }
        finally
        {
            _publishing.Release();
        }
    }, ct);

    /// <summary>Writes log.json again as the log's keys give it. The caller keeps what was damaged.</summary>
    public async Task RewriteIdentityAsync(CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            Files.WriteIdentity(Medium, Keys); // a crash before this: as damaged as it was, and made anew at the next opening or by the next sweep
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>Puts proven bytes in the place of damaged ones, which go into quarantine first, and drops the range from the page cache. The caller has proven the bytes.</summary>
    /// <param name="volume">Number of the volume.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="bytes">The proven bytes; the range must end within the volume's durable length.</param>
    /// <param name="findingJson">What was wrong, kept beside the damaged bytes.</param>
    /// <param name="ct">Gives up before anything is overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range goes beyond the durable bytes.</exception>
    /// <exception cref="FileNotFoundException">The volume is missing: restore it whole.</exception>
    public Task RewriteAsync(uint volume, long offset, ReadOnlyMemory<byte> bytes, string findingJson, CancellationToken ct) => WithGateAsync(() =>
    {
        VolumeRepair.Rewrite(this, volume, offset, bytes, findingJson);
        new LogRecovery(this).AssessAgain();
        return Task.CompletedTask;
    }, ct);

    /// <summary>Puts a whole volume in the place of one that is missing, truncated or damaged; it goes into quarantine. The bytes are walked against the tree before they count; then index and tree take in what they lacked.</summary>
    /// <param name="volume">Number of the volume.</param>
    /// <param name="bytes">All bytes of it.</param>
    /// <param name="proven">Leaf hashes that the caller has proven, or null where it has not: for leaves that the tree here does not reach.</param>
    /// <param name="findingJson">What was wrong, kept beside the volume as it was.</param>
    /// <param name="ct">Gives up before anything is replaced.</param>
    /// <exception cref="UnprovenBytesException">The bytes do not prove, nothing vouches for one of their leaves, or they are fewer than the volume had.</exception>
    public Task RestoreVolumeAsync(uint volume, Stream bytes, Func<ulong, Digest?> proven, string findingJson, CancellationToken ct) =>
        WithGateAsync(() => VolumeRepair.RestoreAsync(this, volume, bytes, proven, findingJson, ct), ct);

    /// <summary>Loads the tree of the published checkpoint, without what follows it.</summary>
    internal void ReloadTree()
    {
        _authentic = null;
        if (Published.Current is null) Tree.Load(0);
        else if (!TreeLoading.FromTiles(this)) throw new StorageException($"The tiles of {Origin} do not give the root of its checkpoint. Rebuild them first.");
    }

    private async Task<(IndexComparison? Comparison, Finding? Closed)> BeginComparisonAsync(CancellationToken ct)
    {
        await Gate.WaitAsync(ct);
        try
        {
            return (new IndexComparison(this, VolumeSet.All, Index.TakeSnapshot()), null);
        }
        catch (LevelDb.LevelDbException e)
        {
            return (null, new Finding(FindingCodes.IndexUnreadable, Severity.Error, Layer.Storage, Files.Index, e.Message));
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Does what changes volumes, index or tree from outside the appender.</summary>
    internal Task WithGateAsync(Func<Task> action, CancellationToken ct) => InGateAsync(
        () =>
        {
            Changes++;
            return action();
        },
        ct);

    // While nothing is appended and no volume is closed.
    private async Task InGateAsync(Func<Task> action, CancellationToken ct)
    {
        await Closing.WaitAsync(ct);
        try
        {
            await Gate.WaitAsync(ct);
            try
            {
                await action();
            }
            finally
            {
                Gate.Release();
            }
        }
        finally
        {
            Closing.Release();
        }
    }
}
