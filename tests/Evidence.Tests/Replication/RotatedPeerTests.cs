using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Logs;
using Evidence.Node.Replication;
using Evidence.Storage;
using Evidence.Tests.Nodes;
using Evidence.Tests.Rotating;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Evidence.Tests.Replication;

/// <summary>Node 2 mirrors node 1, whose key was handed on twice; what node 1 states of that is bent on the way.</summary>
public sealed class RotatedPeerTests : IAsyncLifetime
{
    private const string Untrue = "peer-untrue:node1";
    private TestNetwork _network = null!;
    private LyingPeer _peer = null!;
    private LogSigner[] _keys = null!;

    private PeerBook Peers => _network[1].Services.GetRequiredService<PeerBook>();

    private LogStore Mirror => _network.Mirror(1, 0);

    private LogStore Own => _network[0].Logs.Own;

    private LogKeyHistory First => new(_keys[0].Key);

    /// <summary>The mirror has 2 leaves of the first key; node 1 has 6, and its key was handed on at 4 and at 5.</summary>
    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2, json => json["replication"] = new JsonObject { ["everySeconds"] = 86400 });
        await _network[1].Services.GetServices<IHostedService>().OfType<MirrorWorker>().Single().StopAsync(CancellationToken.None); // or its first round, if it comes late, mirrors what is to be bent
        _peer = new LyingPeer(Peers.All.Single());
        await FileAsync(2);
        await RoundAsync();
        var signers = new List<LogSigner>();
        foreach (var records in (int[])[2, 1])
        {
            await FileAsync(records);
            signers.Add(HandedOn.Retired(_network[0], await HandedOn.RotateAsync(_network[0])));
            await _network[0].StartAsync();
        }
        await FileAsync(1);
        _keys = [.. signers, HandedOn.Current(_network[0])];
        Assert.Equal((2UL, 6UL), (Mirror.Size, Own.Size));
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    [Fact]
    public async Task What_is_true_is_followed_and_stays_when_the_peer_states_less()
    {
        await RoundAsync();
        AssertFollowed();
        foreach (var known in (int[])[1, 0])
        {
            Bend(rotations => [.. rotations.Take(known)]);
            await AssertRefusedAsync("fewer rotations", 6, 3);
            var finding = Assert.Single(_network[1].Alerts.FindOpen(Untrue)!.Findings);
            Assert.Contains(_keys[2].Key.ToString(), finding.Expected, StringComparison.Ordinal);
            Assert.DoesNotContain(_keys[2].Key.ToString(), finding.Actual, StringComparison.Ordinal);
            await AssertRecoversAsync();
        }
    }

    [Fact]
    public async Task A_checkpoint_of_a_retired_key_is_refused()
    {
        await RoundAsync();
        _peer.Checkpoint = note => Encoding.UTF8.GetBytes(Checkpoint.Parse(SignedNote.Parse(note).Text).SignedBy(_keys[1]).Encode());
        await AssertRefusedAsync("the log's signature does not verify", 6, 3);
    }

    [Fact]
    public async Task Rotations_that_are_broken_reordered_left_out_or_unreadable_are_refused()
    {
        foreach (var (bend, saying) in ((Func<IReadOnlyList<string>, IReadOnlyList<string>> Bend, string Saying)[])[
            (all => [Unsigned(all[0]), all[1]], "has not signed it"), (all => [Broken(all[0]), all[1]], "does not verify"), (all => [all[1], all[0]], "the one before it is"), (all => [all[1]], "the one before it is"),
            (all => [all[0]], "the log's signature does not verify"), (_ => [], "the log's signature does not verify"), (all => [all[0], all[1], all[1]], "the one before it is"),
            (all => [all[0], "a note\n"], "do not hold"), (all => [all[0], Rotation(1, 2, 3).Encode()], "it is at 3 leaves")])
        {
            Bend(bend);
            await AssertRefusedAsync(saying, 2, 1);
        }
        await AssertRecoversAsync();
    }

    [Fact]
    public async Task Rotations_that_the_keys_signed_over_another_tree_are_refused()
    {
        Bend(all => [all[0], RotationNote.Sign(_keys[1], _keys[2], 5, Digest.Of("another tree"u8)).Encode()]);
        await AssertRefusedAsync("another root at 5 leaves", null, 1);
        await AssertRecoversAsync();
    }

    [Fact]
    public async Task Rotations_beyond_what_the_peer_has_are_refused()
    {
        Bend(all => [all[0], RotationNote.Sign(_keys[1], _keys[2], 9, Digest.Of("future"u8)).Encode()]);
        _peer.Checkpoint = note => Encoding.UTF8.GetBytes(Checkpoint.Parse(SignedNote.Parse(note).Text).SignedBy(_keys[1]).Encode());
        await AssertRefusedAsync("one is at 9", null, 1);
        _peer.Checkpoint = null;
        await AssertRecoversAsync();
    }

    [Fact]
    public async Task Another_history_than_the_one_that_is_known_is_refused()
    {
        await RoundAsync();
        Bend(all => [all[0], Rotation(1, 2, 4).Encode()]);
        await AssertRefusedAsync("is known under the keys", 6, 3);
        Bend(all => [.. all, RotationNote.Sign(_keys[2], HandedOn.Stranger(_network[0]), 5, Own.RootAt(5)).Encode()]);
        _peer.Checkpoint = note => Encoding.UTF8.GetBytes(Checkpoint.Parse(SignedNote.Parse(note).Text).SignedBy(HandedOn.Stranger(_network[0])).Encode());
        await AssertRefusedAsync("take the checkpoint of 6 leaves from the key that signed it", 6, 3);
        _peer.Checkpoint = null;
        await AssertRecoversAsync();
    }

    [Fact]
    public async Task The_mirror_itself_follows_nothing_that_it_cannot_prove()
    {
        await AssertUnprovenAsync(FindingCodes.LogProofMissing, First.With(Rotation(0, 1, 4)));
        await AssertUnprovenAsync(FindingCodes.RotationUnlinked, First.With(RotationNote.Sign(_keys[0], _keys[1], 2, Digest.Of("another"u8))));
        await AssertUnprovenAsync(FindingCodes.CheckpointKeyOutOfTime, First.With(Rotation(0, 1, 1)));
        await AssertUnprovenAsync(FindingCodes.RotationUnlinked, new LogKeyHistory(_keys[1].Key));
        await Mirror.FollowAsync(First.With(Rotation(0, 1, 2)), CancellationToken.None);
        await AssertUnprovenAsync(FindingCodes.RotationUnlinked, First.With(Rotation(0, 2, 2)));
        await Mirror.FollowAsync(First, CancellationToken.None); // known already
        Assert.Equal(_keys[1].Key, Mirror.Keys.Current);
        Assert.Equal(LogIdentity.Encode(Mirror.Keys), File.ReadAllBytes(Path.Combine(LogFolders.PathOf(_network[1].DataFolder, _keys[0].Key), LogIdentity.FileName)));
    }

    private async Task AssertUnprovenAsync(string code, LogKeyHistory keys)
    {
        var known = Mirror.Keys;
        var unproven = await Assert.ThrowsAsync<UnprovenBytesException>(() => Mirror.FollowAsync(keys, CancellationToken.None));
        Assert.Equal(code, Assert.Single(unproven.Findings).Code);
        Assert.Same(known, Mirror.Keys);
    }

    private RotationNote Rotation(int from, int to, ulong size) => RotationNote.Sign(_keys[from], _keys[to], size, Own.RootAt(size));

    private static string Broken(string rotation) => Rewritten(rotation, lines => lines.Select((line, i) => i == 0 ? new NoteSignature(line.Name, line.KeyId, new byte[line.Value.Length]) : line));

    private static string Unsigned(string rotation) => Rewritten(rotation, lines => lines.Take(1));

    private static string Rewritten(string rotation, Func<IEnumerable<NoteSignature>, IEnumerable<NoteSignature>> lines)
    {
        var note = RotationNote.Parse(rotation).Note;
        return new SignedNote(note.Text, lines(note.Signatures)).Encode();
    }

    private void Bend(Func<IReadOnlyList<string>, IReadOnlyList<string>> rotations) =>
        _peer.Logs = logs => [.. logs.Select(log => log.IsOwn ? log with { Rotations = rotations(log.Rotations) } : log)];

    private void AssertFollowed()
    {
        Assert.Null(_network[1].Alerts.FindOpen(Untrue));
        Assert.Equal(_keys.Select(key => key.Key), Mirror.Keys.Keys);
        Assert.Equal((6UL, Own.Checkpoint!.Encode()), (Mirror.Size, Mirror.Checkpoint!.Encode()));
    }

    /// <summary>An alert says why, and of the copy nothing is given up: neither leaves, nor checkpoint, nor the keys that are known.</summary>
    private async Task AssertRefusedAsync(string saying, ulong? leaves, int keys)
    {
        var (checkpoint, root) = (Mirror.Checkpoint!.Encode(), Mirror.RootAt(2));
        await RoundAsync();
        var alert = _network[1].Alerts.FindOpen(Untrue);
        Assert.True(alert is not null && alert.Message.Contains(saying, StringComparison.Ordinal), $"{saying}: {alert?.Message ?? "no alert"}");
        Assert.Equal((checkpoint, root, keys), (Mirror.Checkpoint!.Encode(), Mirror.RootAt(2), Mirror.Keys.Keys.Count()));
        if (leaves is { } size) Assert.Equal(size, Mirror.Size);
    }

    private async Task AssertRecoversAsync()
    {
        _peer.Logs = null;
        await RoundAsync();
        AssertFollowed();
    }

    private Task RoundAsync() => _network[1].Services.GetRequiredService<MirrorPuller>().RoundAsync(_peer, CancellationToken.None);

    private async Task FileAsync(int records)
    {
        await _network.ArchiveAsync(0, records);
        await Eventually.TrueAsync(
            () => _network.Ledger.Anchors(_network[0].LogId) is [.., var last] && last.Size == Own.Size && Own.Anchors.Count == _network.Ledger.Anchors(_network[0].LogId).Count, "everything is anchored");
    }
}
