using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class MirrorWriterTests
{
    private static readonly LogStoreOptions SmallVolumes = new() { VolumeBytes = 15_000, BufferBytes = 20_000 };

    [Theory]
    [InlineData(700)]
    [InlineData(5000)]
    [InlineData(1 << 20)]
    public async Task A_mirror_is_bit_identical_however_the_bytes_come(int chunk)
    {
        await using var log = await FilledAsync();
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        await PullAsync(log, mirror, chunk);
        await mirror.Store.PublishAsync(log.Store.Checkpoint!, CancellationToken.None);
        AssertSame(log, mirror);
        await mirror.CloseAsync();
        await mirror.OpenAsync(appender: false);
        Assert.Empty(mirror.Store.OpenFindings);
        AssertSame(log, mirror);
    }

    [Fact]
    public async Task Leaves_wait_until_their_predecessors_have_come()
    {
        await using var log = await new TestLog(SmallVolumes).OpenAsync();
        await log.AppendManyAsync(2);
        await log.AppendAsync(TestLog.Content(1, 30_000)); // leaf 2, volume 2
        await log.AppendManyAsync(2);
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        var writer = new MirrorWriter(mirror.Store);
        await writer.AppendAsync(1, 0, await File.ReadAllBytesAsync(log.VolumePath()), closed: false, CancellationToken.None);
        Assert.Equal(2ul, mirror.Store.Size);
        Assert.NotNull(mirror.Store.FindLeaf(4));
        await mirror.CloseAsync();
        await mirror.OpenAsync(appender: false);
        Assert.Equal(2ul, mirror.Store.Size);
        await new MirrorWriter(mirror.Store).AppendAsync(2, 0, await File.ReadAllBytesAsync(log.VolumePath(2)), closed: true, CancellationToken.None);
        Assert.Equal((5ul, log.Store.Root), (mirror.Store.Size, mirror.Store.Root));
        Assert.Equal([(1u, false), (2u, true)], mirror.Store.Volumes.Select(v => (v.Number, v.Closed)));
    }

    [Fact]
    public async Task A_record_that_is_cut_off_is_not_kept_and_comes_again()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        var last = (int)log.Store.FindLeaf(2)!.Value.Place.Offset;
        for (var length = last; length < bytes.Length; length += 97)
        {
            await using var mirror = await new TestLog().OpenAsync(appender: false);
            var writer = new MirrorWriter(mirror.Store);
            Assert.Equal(last, await writer.AppendAsync(1, 0, bytes.AsMemory(0, length), closed: false, CancellationToken.None));
            Assert.Equal((2ul, last), (mirror.Store.Size, new FileInfo(mirror.VolumePath()).Length));
            Assert.Equal(bytes.Length, await writer.AppendAsync(1, last, bytes.AsMemory(last), closed: false, CancellationToken.None));
            Assert.Equal(log.Store.Root, mirror.Store.Root);
        }
    }

    [Fact]
    public async Task Bytes_that_do_not_prove_are_refused_and_nothing_is_kept()
    {
        await using var log = await new TestLog(SmallVolumes).OpenAsync();
        await log.AppendManyAsync(8);
        var first = log.Store.FindLeaf(0)!.Value.Place;
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        Assert.True(log.Store.Volumes[0].Closed);
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        var writer = new MirrorWriter(mirror.Store);
        await writer.AppendAsync(1, 0, bytes.AsMemory(0, (int)first.Length), closed: false, CancellationToken.None);
        for (var at = (int)first.Length; at < bytes.Length; at += 41)
        {
            bytes[at] ^= 0x80;
            var error = await Assert.ThrowsAsync<UnprovenBytesException>(() => writer.AppendAsync(1, (long)first.Length, bytes.AsMemory((int)first.Length), closed: true, CancellationToken.None));
            Assert.NotEmpty(error.Findings);
            bytes[at] ^= 0x80;
        }

        Assert.Equal((1ul, (long)first.Length), (mirror.Store.Size, new FileInfo(mirror.VolumePath()).Length));
        Assert.Equal(bytes.Length, await writer.AppendAsync(1, (long)first.Length, bytes.AsMemory((int)first.Length), closed: true, CancellationToken.None));
        Assert.True(mirror.Store.Volumes[0].Closed);
    }

    [Fact]
    public async Task Whichever_byte_of_a_volume_that_comes_whole_is_wrong_nothing_is_kept()
    {
        await using var log = await new TestLog(SmallVolumes).OpenAsync();
        await log.AppendManyAsync(8);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        var writer = new MirrorWriter(mirror.Store);
        for (var at = 0; at < bytes.Length; at += 29)
        {
            bytes[at] ^= 0x80;
            await Assert.ThrowsAsync<UnprovenBytesException>(() => writer.AppendAsync(1, 0, bytes, closed: true, CancellationToken.None));
            bytes[at] ^= 0x80;
        }

        Assert.Equal((0ul, 0L), (mirror.Store.Size, new FileInfo(mirror.VolumePath()).Length));
        Assert.Equal(bytes.Length, await writer.AppendAsync(1, 0, bytes, closed: true, CancellationToken.None));
        Assert.Equal(log.Store.RootAt(mirror.Store.Size), mirror.Store.Root);
    }

    [Fact]
    public async Task The_same_record_does_not_come_twice()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(2);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        var writer = new MirrorWriter(mirror.Store);
        await Assert.ThrowsAsync<UnprovenBytesException>(() => writer.AppendAsync(1, 0, (byte[])[.. bytes, .. bytes], closed: false, CancellationToken.None));
        await writer.AppendAsync(1, 0, bytes, closed: false, CancellationToken.None);
        await Assert.ThrowsAsync<UnprovenBytesException>(() => writer.AppendAsync(1, bytes.Length, bytes, closed: false, CancellationToken.None));
        Assert.Equal((2ul, log.Store.Root), (mirror.Store.Size, mirror.Store.Root));
    }

    [Fact]
    public async Task Another_history_with_the_same_leaf_is_refused()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(1);
        await using var fork = await new TestLog().OpenAsync();
        await fork.AppendManyAsync(2);
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        var writer = new MirrorWriter(mirror.Store);
        await writer.AppendAsync(1, 0, await File.ReadAllBytesAsync(log.VolumePath()), closed: false, CancellationToken.None);
        // The fork's first record as volume 2 would be leaf 0 again: its headers name volume 1, so the bytes do not even walk.
        await Assert.ThrowsAsync<UnprovenBytesException>(() => writer.AppendAsync(2, 0, File.ReadAllBytes(fork.VolumePath()), closed: false, CancellationToken.None));
        Assert.Single(mirror.Store.Volumes);
    }

    [Fact]
    public async Task Bytes_go_on_where_the_mirror_ends_and_nowhere_else()
    {
        await using var log = await new TestLog(SmallVolumes).OpenAsync();
        await log.AppendManyAsync(8);
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        var writer = new MirrorWriter(mirror.Store);
        var bytes = await File.ReadAllBytesAsync(log.VolumePath());
        await Assert.ThrowsAsync<ArgumentException>(() => writer.AppendAsync(1, 512, bytes, closed: true, CancellationToken.None));
        await writer.AppendAsync(1, 0, bytes, closed: true, CancellationToken.None);
        await Assert.ThrowsAsync<ArgumentException>(() => writer.AppendAsync(1, bytes.Length, bytes, closed: true, CancellationToken.None));
    }

    [Fact]
    public async Task A_checkpoint_is_published_only_when_the_mirror_has_its_root()
    {
        await using var log = await FilledAsync();
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        var note = log.Store.Checkpoint!;
        await Assert.ThrowsAsync<UnprovenBytesException>(() => mirror.Store.PublishAsync(note, CancellationToken.None));
        await PullAsync(log, mirror, 1 << 20);
        var checkpoint = Checkpoint.Parse(note.Text);
        var wrong = (checkpoint with { Root = Digest.Of([1]) }).SignedBy(TestLog.Signer);
        Assert.Equal(FindingCodes.TileChanged, (await Assert.ThrowsAsync<UnprovenBytesException>(() => mirror.Store.PublishAsync(wrong, CancellationToken.None))).Findings[0].Code);
        var stranger = checkpoint.SignedBy(new LogSigner(TestLog.Origin, new byte[32]));
        Assert.Equal(FindingCodes.CheckpointSignatureWrong, (await Assert.ThrowsAsync<UnprovenBytesException>(() => mirror.Store.PublishAsync(stranger, CancellationToken.None))).Findings[0].Code);
        await mirror.Store.PublishAsync(note, CancellationToken.None);
        Assert.Equal(note.Encode(), mirror.Store.Checkpoint!.Encode());
        var older = new Checkpoint(TestLog.Origin, 1, log.Store.RootAt(1)).SignedBy(TestLog.Signer);
        await Assert.ThrowsAsync<UnprovenBytesException>(() => mirror.Store.PublishAsync(older, CancellationToken.None));
    }

    [Fact]
    public async Task What_came_after_the_checkpoint_can_be_rolled_back()
    {
        await using var log = await FilledAsync();
        await using var mirror = await new TestLog().OpenAsync(appender: false);
        await PullAsync(log, mirror, 1 << 20);
        await mirror.Store.PublishAsync(log.Store.Checkpoint!, CancellationToken.None);
        var volumes = mirror.Store.Volumes;
        await log.AppendManyAsync(30);
        await PullAsync(log, mirror, 1 << 20);
        Assert.NotEqual(volumes, mirror.Store.Volumes);

        await new MirrorWriter(mirror.Store).RollBackAsync("{}", CancellationToken.None);
        Assert.Equal(Checkpoint.Parse(mirror.Store.Checkpoint!.Text).Root, mirror.Store.Root);
        Assert.Equal(Checkpoint.Parse(mirror.Store.Checkpoint!.Text).Size, mirror.Store.Size);
        Assert.Equal(volumes, mirror.Store.Volumes);
        Assert.Empty(await TestLog.ListAsync(mirror.Store.CompareIndexAsync(CancellationToken.None)));
        await PullAsync(log, mirror, 1 << 20);
        Assert.Equal(log.Store.Root, mirror.Store.Root);
    }

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog(SmallVolumes).OpenAsync();
        await log.AppendManyAsync(10, 300);
        await log.AppendAsync(TestLog.Content(1, 30_000));
        await log.AppendManyAsync(280, 10);
        await log.PublishAsync();
        return log;
    }

    private static async Task PullAsync(TestLog log, TestLog mirror, int chunk)
    {
        var writer = new MirrorWriter(mirror.Store);
        foreach (var state in log.Store.Volumes)
        {
            var have = mirror.Store.Volumes.FirstOrDefault(v => v.Number == state.Number) ?? new VolumeState(state.Number, 0, false);
            var grown = chunk;
            while (!have.Closed && have.DurableLength < state.DurableLength)
            {
                var length = Math.Min(grown, state.DurableLength - have.DurableLength);
                await using var bytes = log.Store.ReadVolume(state.Number, have.DurableLength, length);
                var kept = await writer.AppendAsync(state.Number, have.DurableLength, bytes, state.Closed && have.DurableLength + length == state.DurableLength, CancellationToken.None);
                grown = kept == have.DurableLength ? grown * 2 : chunk; // not even one whole record: ask for more
                have = mirror.Store.Volumes.FirstOrDefault(v => v.Number == state.Number) ?? have;
            }
        }
    }

    private static void AssertSame(TestLog log, TestLog mirror)
    {
        Assert.Equal(log.Store.Volumes, mirror.Store.Volumes);
        Assert.Equal((log.Store.Size, log.Store.Root), (mirror.Store.Size, mirror.Store.Root));
        foreach (var folder in (string[])["volumes", "tile"])
        {
            var files = Directory.GetFiles(Path.Combine(log.Folder, folder), "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(log.Folder, p)).Order().ToArray();
            Assert.Equal(files, Directory.GetFiles(Path.Combine(mirror.Folder, folder), "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(mirror.Folder, p)).Order());
            Assert.All(files, f => Assert.Equal(File.ReadAllBytes(Path.Combine(log.Folder, f)), File.ReadAllBytes(Path.Combine(mirror.Folder, f))));
        }
    }
}
