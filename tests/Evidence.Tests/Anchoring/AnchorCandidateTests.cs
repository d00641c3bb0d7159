using Evidence.Core.Notes;
using Evidence.Node.Anchoring;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Replication;
using Evidence.Tests.Monitor;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Anchoring;

/// <summary>Whose cosignature of what counts before a checkpoint is anchored.</summary>
public sealed class AnchorCandidateTests : IAsyncLifetime
{
    private static readonly Cosigner Mirror = new("mirror.test", Seed(1)), Second = new("second.test", Seed(2)), Outside = new("outside.test", Seed(3)), Stranger = new("stranger.test", Seed(4));
    private readonly ManualTime _time = new();
    private TestNode _node = null!;

    private LogSigner Signer => _node.Services.GetRequiredService<LogSigner>();

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartNewAsync();
        for (byte i = 0; i < 3; i++) await Upload.Of([i]).SendAsync(_node);
        _node.Services.GetRequiredService<AppendGate>().Close("test", "The test makes the checkpoints.");
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_mirrors_cosignature_counts_and_that_of_a_witness_outside_or_a_stranger_does_not()
    {
        var candidate = Candidate(1);
        foreach (var other in new[] { Outside, Stranger, _node.Services.GetRequiredService<Cosigner>() })
        {
            await CosignAsync(other, 2);
            Assert.Null(candidate.Take(Note(2), 0));
        }

        await CosignAsync(Mirror, 2);
        Assert.True(candidate.IsReady);
        Assert.Equal(Note(2).Text, candidate.Take(Note(3), 0)!.Text); // what was cosigned, not what has come since
    }

    [Fact]
    public async Task A_cosignature_that_does_not_verify_does_not_count()
    {
        var candidate = Candidate(1);
        Assert.Null(candidate.Take(Note(2), 0));
        var forged = Mirror.Cosign(Note(1).Text, DateTimeOffset.UnixEpoch.AddDays(1)); // of another checkpoint, put under this one
        await AppendAsync(Note(2).With(forged));
        Assert.Null(candidate.Take(Note(2), 0));
    }

    [Fact]
    public async Task A_cosignature_of_another_size_and_the_second_one_of_a_mirror_do_not_count()
    {
        var candidate = Candidate(2);
        Assert.Null(candidate.Take(Note(2), 0));
        await CosignAsync(Mirror, 2);
        await CosignAsync(Mirror, 2, day: 2);
        await CosignAsync(Second, 1);
        Assert.Null(candidate.Take(Note(2), 0));
        Assert.Contains("only mirror.test has", candidate.Describe(), StringComparison.Ordinal);
        await CosignAsync(Second, 2);
        Assert.NotNull(candidate.Take(Note(2), 0));
    }

    [Fact]
    public async Task What_was_anchored_before_a_crash_is_waited_for_no_more_and_its_cosigners_count_for_nothing_else()
    {
        var candidate = Candidate(1);
        await CosignAsync(Mirror, 2);
        Assert.NotNull(candidate.Take(Note(2), 0));
        Assert.Null(candidate.Take(Note(3), 2));
        Assert.Equal(Note(3).Text, candidate.Note!.Text);
        candidate.Anchored();
        Assert.Null(candidate.Note);
    }

    [Fact]
    public async Task A_cosignature_that_a_repair_put_before_others_is_seen()
    {
        var candidate = Candidate(1);
        await CosignAsync(Outside, 1);
        await CosignAsync(Outside, 2);
        Assert.Null(candidate.Take(Note(2), 0));
        var file = _node.Logs.Own.Cosignatures;
        var entries = file.Read().Select(static payload => (ReadOnlyMemory<byte>)payload).ToList();
        await file.RewriteAsync(file.State, [Entry(Note(2).With(Mirror.Cosign(Note(2).Text, DateTimeOffset.UnixEpoch.AddDays(1)))), .. entries], "{}", default);
        Assert.NotNull(candidate.Take(Note(2), 0));
    }

    private AnchorCandidate Candidate(int mirrors)
    {
        var options = _node.Services.GetRequiredService<NodeOptions>();
        options = options with { Witnesses = [new WitnessOptions(Outside.Key, new Uri("http://127.0.0.1:1/"))], Replicas = options.Replicas with { MirrorsBeforeAnchor = mirrors } };
        var self = _node.Services.GetRequiredService<Cosigner>();
        return new AnchorCandidate(_node.Logs, new TrustedLogs(null, [Mirror.Key, Second.Key, Outside.Key, self.Key]), options, self, _time);
    }

    private SignedNote Note(ulong size) => new Checkpoint(_node.Identity.Origin, size, _node.Logs.Own.RootAt(size)).SignedBy(Signer);

    private Task CosignAsync(Cosigner by, ulong size, int day = 1) => AppendAsync(Note(size).With(by.Cosign(Note(size).Text, DateTimeOffset.UnixEpoch.AddDays(day))));

    private Task AppendAsync(SignedNote note) => _node.Logs.Own.Cosignatures.AppendAsync(Entry(note), default);

    private byte[] Entry(SignedNote note) => CosignatureEntry.Of(note, _node.Logs.Own.Keys).Encode();

    private static byte[] Seed(byte of) => [.. Enumerable.Repeat(of, 32)];
}
