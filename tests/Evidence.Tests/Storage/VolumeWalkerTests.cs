using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class VolumeWalkerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finds_every_single_flipped_byte(bool closed)
    {
        await using var log = await SmallVolumeAsync(closed);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        var walk = log.Store.WalkOf(1);
        Assert.Equal(closed, walk.ExpectClosed);
        Assert.All(await WalkAsync(bytes, walk), item => Assert.True(item.IsIntact));
        for (var at = 0; at < bytes.Length; at++)
        {
            var mask = (byte)(1 << (at % 8));
            bytes[at] ^= mask;
            var items = await WalkAsync(bytes, walk);
            AssertSideBySide(items, bytes.Length);
            Assert.True(items.Any(i => !i.IsIntact && i.Offset <= at && at < i.Offset + i.Length), $"byte {at} was not found");
            bytes[at] ^= mask;
        }
    }

    [Fact]
    public async Task Finds_every_flipped_byte_where_the_walk_begins_behind_the_first_record()
    {
        await using var log = await SmallVolumeAsync(closed: true);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        var start = (long)log.Store.FindLeaf(0)!.Value.Place.Length;
        var walk = log.Store.WalkOf(1) with { Start = start };
        for (var at = (int)start; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x20;
            Assert.Contains(await WalkAsync(bytes, walk), i => !i.IsIntact && i.Offset <= at && at < i.Offset + i.Length);
            bytes[at] ^= 0x20;
        }
    }

    [Fact]
    public async Task Names_the_part_that_was_changed_and_nothing_else()
    {
        await using var log = await SmallVolumeAsync(closed: true);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        bytes[512] ^= 1;
        var wrong = Assert.Single(await WalkAsync(bytes, log.Store.WalkOf(1)), i => !i.IsIntact);
        var finding = Assert.Single(wrong.Findings);
        Assert.Equal((WalkedKind.Record, FindingCodes.PartChanged, Layer.Content), (wrong.Kind, finding.Code, finding.Layer));
        Assert.EndsWith("/c0001", finding.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Still_makes_out_a_record_whose_first_header_is_destroyed()
    {
        await using var log = await SmallVolumeAsync(closed: false);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        bytes.AsSpan(0, 512).Clear();
        var items = await WalkAsync(bytes, log.Store.WalkOf(1));
        Assert.Equal(log.Store.FindLeaf(0)!.Value.Place, items[0].Record!.Place);
        Assert.Equal(FindingCodes.VolumeChanged, Assert.Single(items[0].Findings).Code);
        Assert.All(items.Skip(1), i => Assert.True(i.IsIntact));
    }

    [Fact]
    public async Task Goes_on_with_the_next_record_behind_a_destroyed_one()
    {
        await using var log = await SmallVolumeAsync(closed: false);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        var second = log.Store.FindLeaf(1)!.Value.Place;
        bytes.AsSpan(0, (int)second.Offset).Fill(0xee);
        var items = await WalkAsync(bytes, log.Store.WalkOf(1));
        Assert.Equal((WalkedKind.Damage, 0L, (long)second.Offset), (items[0].Kind, items[0].Offset, items[0].Length));
        Assert.True(items[1].IsIntact);
        Assert.Equal(second, items[1].Record!.Place);
    }

    [Fact]
    public async Task Tells_missing_from_changed_and_from_unexpected_and_from_unreadable()
    {
        await using var log = await SmallVolumeAsync(closed: true);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        var walk = log.Store.WalkOf(1);

        var cut = await WalkAsync(bytes[..^700], walk);
        Assert.Contains(cut, i => i.Findings.Any(f => f.Code == FindingCodes.VolumeMissing));
        AssertSideBySide(cut, bytes.Length);
        var longer = await WalkAsync([.. bytes, 1, 2, 3], walk);
        Assert.Equal(FindingCodes.VolumeUnexpected, Assert.Single(longer[^1].Findings).Code);
        Assert.Equal((bytes.Length, 3L), (longer[^1].Offset, longer[^1].Length));
        var unreadable = await TestLog.ListAsync(VolumeWalker.WalkAsync(new MemorySource(bytes) { Unreadable = (512, 700) }, walk, CancellationToken.None));
        Assert.Contains(unreadable, i => i.Findings.Any(f => f.Code is FindingCodes.PartUnreadable or FindingCodes.VolumeUnreadable));
        Assert.DoesNotContain(unreadable, i => i.Findings.Any(f => f.Code == FindingCodes.PartChanged));
    }

    [Fact]
    public async Task Finds_a_seal_that_is_a_seal_but_not_the_leaf()
    {
        await using var log = await SmallVolumeAsync(closed: false);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        var at = bytes.AsSpan().IndexOf("\"tester\""u8);
        bytes[at + 1] = (byte)'T';
        Assert.All(await WalkAsync(bytes, log.Store.WalkOf(1) with { LeafHash = null }), i => Assert.True(i.IsIntact));
        var wrong = Assert.Single(await WalkAsync(bytes, log.Store.WalkOf(1)), i => !i.IsIntact);
        Assert.Equal(FindingCodes.SealChanged, Assert.Single(wrong.Findings).Code);
    }

    [Fact]
    public async Task Reads_the_file_past_the_cache_or_says_that_it_cannot()
    {
        await using var log = await SmallVolumeAsync(closed: true);
        using var source = log.Store.OpenVolume(1, fromMedium: true);
        var items = await TestLog.ListAsync(VolumeWalker.WalkAsync(source, log.Store.WalkOf(1), CancellationToken.None));
        Assert.All(items, i => Assert.True(i.IsIntact));
        AssertSideBySide(items, source.Length);
    }

    private static async Task<TestLog> SmallVolumeAsync(bool closed)
    {
        var log = await new TestLog(new LogStoreOptions { VolumeBytes = closed ? 7000 : 1 << 20 }).OpenAsync();
        await log.AppendManyAsync(2, 60);
        if (closed) await log.AppendManyAsync(1, 1000); // has no room in the first volume
        return log;
    }

    private static Task<List<WalkedItem>> WalkAsync(byte[] bytes, VolumeWalk walk) => TestLog.ListAsync(VolumeWalker.WalkAsync(new MemorySource(bytes), walk, CancellationToken.None));

    private static void AssertSideBySide(List<WalkedItem> items, long length)
    {
        long at = 0;
        foreach (var item in items)
        {
            Assert.Equal(at, item.Offset);
            at += item.Length;
        }

        Assert.Equal(length, at);
    }
}
