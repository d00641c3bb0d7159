using System.Text;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Repairing;
using Evidence.Node.Replication;
using Evidence.Storage;
using Evidence.Tests.Faults;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Monitor;

/// <summary>Node 1 is set back to its first ten records; node 2 mirrors all forty, and its answers may be bent on the way.</summary>
public sealed class CatchUpTests : IAsyncLifetime
{
    private const int Before = 10, After = 40;
    private readonly TemporaryFolder _folder = new();
    private TestNetwork _network = null!;
    private LyingPeer _peer = null!;
    private List<byte[]> _truth = [];
    private Digest _root;

    private TestNode Node => _network[0];

    private LogStore Log => Node.Logs.Own;

    private LogStore Mirror => _network.Mirror(1, 0);

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2, json => json["volumeBytes"] = 65_536);
        await _network.ArchiveAsync(0, Before);
        await _network.SettleAsync();
        await Node.StopAsync();
        TestFiles.Copy(Node.DataFolder, _folder.At("data"));
        await Node.StartAsync();
        await _network.ArchiveAsync(0, After - Before);
        await _network.SettleAsync();
        (_truth, _root) = (Volumes(), Log.Root);
        await Node.StopAsync();
        Directory.Delete(Node.DataFolder, recursive: true);
        TestFiles.Copy(_folder.At("data"), Node.DataFolder);
        await Node.StartAsync();
        _peer = new LyingPeer(Node.Services.GetRequiredService<PeerBook>().All.Single());
        Assert.Equal((ulong)Before, Log.Size);
        Assert.True(_truth.Count > 2, "the records are to fill several volumes");
    }

    public async Task DisposeAsync()
    {
        await _network.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_sweep_brings_back_the_very_volumes_and_the_log_goes_on_from_there()
    {
        await Assert.ThrowsAsync<RpcException>(() => _network.ArchiveAsync(0, 1));
        await TestNetwork.SweepAsync(Node);
        Assert.Equal(_truth, Volumes());
        Assert.Equal(((ulong)After, _root), (Log.Size, Log.Root));
        await Eventually.TrueAsync(() => !Node.Alerts.All.Any(alert => alert.IsOpen && alert.Cause.StartsWith("log-behind", StringComparison.Ordinal)), "records are taken again");
        await _network.ArchiveAsync(0, 1);
        await Eventually.TrueAsync(() => Mirror.Size == After + 1, "the mirror follows");
        Assert.Equal(_root, Log.RootAt(After));
    }

    [Fact]
    public async Task A_peer_whose_content_is_not_what_its_seals_say_gives_nothing()
    {
        var content = await ContentAsync(Before);
        _peer.Bytes = (_, bytes) =>
        {
            if (bytes.AsSpan().IndexOf(content) is var at and >= 0) bytes[at + 5] ^= 1;
        };
        await AssertNothingTakenAsync("not those that were sealed");
    }

    [Fact]
    public async Task A_peer_with_another_history_of_the_same_size_gives_nothing()
    {
        var forge = await ForgeryAsync(After - 1);
        _peer.Bytes = (_, bytes) => forge(bytes);
        await AssertNothingTakenAsync("has not the root");
    }

    [Fact]
    public async Task A_peer_that_shows_one_history_and_sends_another_gives_nothing()
    {
        var forge = await ForgeryAsync(After - 1);
        var reads = 0;
        _peer.Bytes = (_, bytes) =>
        {
            if (++reads > _truth.Count) forge(bytes); // the first reading of each volume is for the proof
        };
        var (sweep, fault) = await LookAsync();
        var result = await CatchUpAsync(sweep, fault);
        Assert.False(result.Done, result.Text);
        Assert.Equal(2 * _truth.Count, reads);
        Assert.Equal(_truth.SkipLast(1), Volumes());
        Assert.Equal(Mirror.RootAt(Log.Size), Log.Root);
    }

    [Fact]
    public async Task A_peer_with_a_shorter_log_gives_nothing()
    {
        _peer.Volumes = volumes => [.. volumes.SkipLast(1)];
        await AssertNothingTakenAsync("incomplete");
    }

    [Fact]
    public async Task A_peer_without_more_than_is_here_gives_nothing()
    {
        var held = Log.Volumes.ToDictionary(volume => volume.Number, volume => volume.DurableLength);
        _peer.Volumes = volumes => [.. volumes.Where(volume => held.ContainsKey(volume.Number)).Select(volume => volume with { Length = held[volume.Number] })];
        await AssertNothingTakenAsync("nothing that is missing");
    }

    [Fact]
    public async Task Leaves_that_neither_the_ledger_nor_a_signature_vouches_for_are_not_taken()
    {
        _peer.Checkpoint = _ => null;
        _network.Ledger.RollBack(Node.LogId, _network.Ledger.Anchors(Node.LogId).Count(anchor => anchor.Size <= Before));
        await AssertNothingTakenAsync("vouches for more leaves than are here");
        _network.Ledger.Forge(Node.LogId, Before + 5, Mirror.RootAt(Before + 5));
        await AssertNothingTakenAsync($"leaves beyond the {Before + 5}");
    }

    [Fact]
    public async Task Leaves_that_could_not_be_held_to_the_ledger_are_not_called_unrecoverable()
    {
        var (sweep, fault) = await LookAsync();
        _peer.Checkpoint = _ => null;
        _network.Ledger.Failure = _ => FakeLedger.Unreachable;
        var result = await CatchUpAsync(sweep, fault);
        Assert.False(result.Done);
        Assert.Contains(result.Findings, finding => finding.Code == FindingCodes.LedgerUnreachable);
        Assert.DoesNotContain(result.Findings, finding => finding.Code == FindingCodes.Unrecoverable);
        Assert.Equal((ulong)Before, Log.Size);
    }

    [Fact]
    public async Task The_logs_own_signature_vouches_when_the_ledger_does_not_answer()
    {
        var (sweep, fault) = await LookAsync();
        _network.Ledger.Failure = _ => FakeLedger.Unreachable;
        Assert.True((await CatchUpAsync(sweep, fault)).Done);
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task What_was_broken_off_in_the_middle_holds_nothing_unproven_and_is_gone_on_with()
    {
        var reads = 0;
        _peer.Bytes = (_, _) =>
        {
            if (++reads > _truth.Count + 1) throw new PeerUnreachableException("node2", "it was switched off (test)");
        };
        var (sweep, fault) = await LookAsync();
        var result = await CatchUpAsync(sweep, fault);
        Assert.False(result.Done, result.Text);
        Assert.Equal(_truth[0], Volumes()[0]);
        Assert.InRange(Log.Size, Before + 1UL, After - 1UL);
        Assert.Equal(Mirror.RootAt(Log.Size), Log.Root);
        _peer.Bytes = null;
        (sweep, fault) = await LookAsync();
        result = await CatchUpAsync(sweep, fault);
        Assert.True(result.Done, result.Text);
        Assert.Equal(_truth, Volumes());
        Assert.Equal(_root, Log.Root);
    }

    private async Task AssertNothingTakenAsync(string why)
    {
        var before = Volumes();
        var (sweep, fault) = await LookAsync();
        var result = await CatchUpAsync(sweep, fault);
        Assert.False(result.Done);
        Assert.Contains(result.Findings, finding => finding.Message.Contains(why, StringComparison.Ordinal));
        Assert.Equal(before, Volumes());
        Assert.Equal((ulong)Before, Log.Size);
    }

    /// <summary>What a sweep finds. The ledger may have been set back so far that it finds nothing: then the fault is made up.</summary>
    private async Task<(LogSweep Sweep, Fault Fault)> LookAsync()
    {
        var book = Node.Services.GetRequiredService<SweepBook>();
        var progress = new SweepProgress(book, await book.BeginAsync(CancellationToken.None));
        var sweep = await Node.Services.GetRequiredService<LogSweeper>().RunAsync(Log, true, new SweepPace(0, TimeProvider.System), progress, false, CancellationToken.None);
        return (sweep, sweep.Faults.FirstOrDefault(fault => fault.Remedy is Remedy.CatchUp) ?? new Fault("test", Log.Origin, "Test.", [], new Remedy.CatchUp()));
    }

    private Task<RepairResult> CatchUpAsync(LogSweep sweep, Fault fault) =>
        new WholeVolumeRepair(new PeerBook([_peer], Node.Alerts, TimeProvider.System), new CatchUpProof(Node.Services.GetRequiredService<ILedger>()))
            .CatchUpAsync(sweep, fault, CancellationToken.None);

    private async Task<byte[]> ContentAsync(ulong leaf)
    {
        var place = Mirror.FindLeaf(leaf)!.Value.Place;
        using var part = Mirror.OpenPart(place, (await Mirror.ReadRecordAsync(place, CancellationToken.None)).Members.First(member => member.Name == "c0001"));
        var content = new byte[part.Length];
        await part.ReadExactlyAsync(content);
        return content;
    }

    /// <summary>Makes a well-formed record of other content out of a record of the open volume, wherever it stands in the bytes.</summary>
    private async Task<Action<byte[]>> ForgeryAsync(ulong leaf)
    {
        var content = await ContentAsync(leaf);
        byte[] forged = [.. content];
        forged[5] ^= 1;
        byte[] Hash(byte[] of) => Encoding.ASCII.GetBytes(Digest.Of(of).ToString());
        return bytes =>
        {
            if (bytes.AsSpan().IndexOf(content) is not (var at and >= 0)) return;
            forged.CopyTo(bytes, at);
            Hash(forged).CopyTo(bytes, bytes.AsSpan().IndexOf(Hash(content))); // in the seal
        };
    }

    private List<byte[]> Volumes() => [.. Directory.GetFiles(Path.Combine(Log.Folder, "volumes")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
