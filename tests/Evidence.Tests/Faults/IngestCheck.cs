using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Faults;

/// <summary>Opens the logs of an <see cref="IngestRun"/> in the normal way, after whatever happened, and holds them to what was acknowledged.</summary>
internal sealed class IngestCheck(IngestRun run)
{
    /// <summary>Opens, checks, appends, publishes and mirrors once more, checks again, opens again.</summary>
    /// <param name="found">Codes of findings that opening may have: of what was taken away on purpose.</param>
    internal async Task RunAsync(params string[] found)
    {
        await run.OpenAsync();
        // Whole records behind a torn one are kept aside and named: nobody was told of them, and nobody can tell from the disk alone.
        Assert.DoesNotContain(run.Own.OpenFindings.Concat(run.Mirror.OpenFindings), f => f.Code != FindingCodes.VolumeUnexpected && !found.Contains(f.Code));
        Check();
        await GoOnAsync();
        Check();
        await CheckLogAsync(run.Own);
        await CheckLogAsync(run.Mirror);
        await run.AbandonAsync();
        run.Disk.Restart();
        await run.OpenAsync();
        Assert.Empty(run.Own.OpenFindings.Concat(run.Mirror.OpenFindings));
        Check();
        await run.AbandonAsync();
    }

    private static ulong Size(LogStore log) => Checkpoint.Parse(log.Checkpoint!.Text).Size;

    private async Task GoOnAsync()
    {
        var before = run.Acknowledged.Count;
        await run.AppendAsync();
        await run.PublishAsync();
        await run.ProveAsync();
        await run.MirrorAsync();
        Assert.Equal((before + 1, run.Own.Size, run.Own.Size), (run.Acknowledged.Count, Size(run.Own), Size(run.Mirror)));
    }

    private void Check()
    {
        CheckAcknowledged();
        CheckMirrored();
        CheckPublished(run.Own, run.Published["own"]);
        CheckPublished(run.Mirror, run.Published["mirror"]);
        Assert.Equal(run.Proven, run.Own.Anchors.Read().Where(e => run.Proven.Exists(p => p.AsSpan().SequenceEqual(e))));
        Assert.Empty(run.Own.Anchors.Check());
        Assert.False(Directory.Exists(run.FolderOf("own/staging")) && Directory.EnumerateFiles(run.FolderOf("own/staging")).Any(), "a staged file is left");
    }

    private void CheckAcknowledged()
    {
        Assert.Null(run.Own.AppendRefusal);
        foreach (var (id, appended) in run.Acknowledged)
        {
            Assert.Equal(appended.Place, run.Own.Find(id));
            Assert.Equal(MerkleTree.LeafHash(run.Sent[id].Seal.Encode()), run.Own.LeafHash(appended.Leaf));
            using var part = run.Own.OpenPart(appended.Place, "c0001");
            using var copy = new MemoryStream();
            part.CopyTo(copy);
            Assert.Equal(run.Sent[id].Content, copy.ToArray());
        }
    }

    private void CheckMirrored()
    {
        foreach (var (number, length) in run.Mirrored) Assert.True(run.Mirror.Volumes.First(v => v.Number == number).DurableLength >= length, $"the mirror has lost bytes of volume {number}");
        foreach (var volume in run.Mirror.Volumes)
        {
            var own = File.ReadAllBytes(Path.Combine(run.Own.Folder, "volumes", VolumeName.FileOf(volume.Number)));
            var copy = File.ReadAllBytes(Path.Combine(run.Mirror.Folder, "volumes", VolumeName.FileOf(volume.Number)));
            Assert.True(own.AsSpan(0, (int)volume.DurableLength).SequenceEqual(copy.AsSpan(0, (int)volume.DurableLength)), $"the mirror has other bytes in volume {volume.Number}");
        }
    }

    private static void CheckPublished(LogStore log, List<Checkpoint> published)
    {
        Assert.All(published, c => Assert.Equal(c.Root, log.RootAt(c.Size)));
        if (published.Count > 0) Assert.True(Size(log) >= published[^1].Size, $"the checkpoint of {published[^1].Size} leaves was handed out and is lost");
    }

    // Every byte of every volume is accounted for, every leaf has its record, and every record is one that was sent.
    private async Task CheckLogAsync(LogStore log)
    {
        var leaves = new HashSet<ulong>();
        foreach (var volume in log.Volumes)
        {
            var walk = log.WalkOf(volume.Number); // before the file is looked at, which may grow meanwhile
            using var source = log.OpenVolume(volume.Number, fromMedium: false);
            foreach (var item in await TestLog.ListAsync(VolumeWalker.WalkAsync(source, walk, CancellationToken.None)))
            {
                Assert.Empty(item.Findings);
                if (item.Record is not { } record) continue;
                Assert.Equal(run.Sent[record.Id].Seal.Encode(), record.SealBytes);
                Assert.True(leaves.Add(record.Place.Leaf), $"leaf {record.Place.Leaf} is there twice");
            }
        }

        Assert.Equal(((int)log.Size, null), (leaves.Count, log.FindLeaf(log.Size)));
        Assert.Empty(await TestLog.ListAsync(log.CompareIndexAsync(CancellationToken.None)));
        Assert.Empty(await TestLog.ListAsync(log.CompareTilesAsync(CancellationToken.None)));
    }
}
