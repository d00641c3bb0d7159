using System.Text;
using Evidence.Client.Auditing;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Replication;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Auditing;

/// <summary>What an audit finds when ledger, proofs and tiles do not fit.</summary>
public sealed class LogAuditorTests
{
    private const string Nobody = "0x00000000000000000000000000000000000000ff";

    [Fact]
    public async Task Is_intact_when_every_step_and_every_proof_holds()
    {
        await using var node = await AnchoredAsync(2, 1, 4);
        var report = await AuditAsync(node);
        Assert.DoesNotContain(report.Findings, finding => finding.Severity != Severity.Info);
        Assert.Equal((Outcome.Intact, Anchors(node), Anchors(node), 7UL), (report.Outcome, report.ProvenAnchors, report.ProvenProofs, report.Checkpoint!.Size));
        Assert.Empty(report.Attestations);
    }

    [Fact]
    public async Task Names_an_anchor_that_a_kept_proof_shows_and_the_ledger_no_longer_lists()
    {
        await using var node = await AnchoredAsync(2, 1, 4);
        node.Ledger.Failure = call => call == nameof(ILedger.SubmitAnchorAsync) ? FakeLedger.Unreachable : null;
        node.Ledger.RollBack(node.LogId, Anchors(node) - 1);
        var report = await AuditAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.Equal(FindingCodes.LedgerLostAnchors, Assert.Single(report.Findings, finding => finding.Severity == Severity.Error).Code);
    }

    [Fact]
    public async Task Takes_an_anchor_that_is_made_while_it_looks_for_none_that_was_lost()
    {
        await using var node = await AnchoredAsync(2);
        await using var bent = await BentNode.StartAsync(node);
        bent.Meanwhile = async () =>
        {
            await node.AnchoredAsync((await Upload.Of("meanwhile"u8.ToArray()).SendAsync(node)).Record);
            await Eventually.TrueAsync(() => node.Logs.Own.Anchors.Count == Anchors(node), "the new anchor is proven");
        };
        var before = Anchors(node);
        var report = await new LogAuditor(node.Ledger, bent.Client, TestTrust.For(node)).RunAsync(node.Identity.Origin, node.LogId, null, default);
        Assert.True(Anchors(node) > before);
        Assert.True(report.Outcome == Outcome.Intact, string.Join('\n', report.Findings));
    }

    [Fact]
    public async Task Names_an_anchor_that_the_signed_tree_contradicts()
    {
        await using var node = await AnchoredAsync(2, 1);
        node.Ledger.Failure = call => call == nameof(ILedger.SubmitAnchorAsync) ? FakeLedger.Unreachable : null;
        await Upload.Of("more"u8.ToArray()).SendAsync(node);
        await Eventually.TrueAsync(() => Checkpoint.Parse(node.Logs.Own.Checkpoint!.Text).Size == 4, "the fourth leaf is signed");
        node.Ledger.Forge(node.LogId, 4, Digest.Of([1]));
        var report = await AuditAsync(node);
        Assert.Equal((Outcome.Altered, Anchors(node) - 1), (report.Outcome, report.ProvenAnchors));
        var forked = Assert.Single(report.Findings, finding => finding.Code == FindingCodes.LogForked);
        Assert.Contains("They agree up to the anchor of 3 leaves", forked.Message, StringComparison.Ordinal);
        Assert.Equal(Digest.Of([1]).ToString(), forked.Expected);
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.AnchorMissing); // nobody has a proof of that anchor
    }

    [Fact]
    public async Task Names_another_tree_of_an_anchored_size_that_the_log_signed_also_where_only_a_witness_shows_it()
    {
        await using var node = await AnchoredAsync(2, 1);
        var note = new Checkpoint(node.Identity.Origin, 2, Digest.Of([7])).SignedBy(node.Services.GetRequiredService<LogSigner>());
        var cosigned = note.With(new Cosigner("witness.elsewhere", new byte[32]).Cosign(note.Text, DateTimeOffset.UnixEpoch));
        await node.Logs.Own.Cosignatures.AppendAsync(CosignatureEntry.Of(cosigned, node.Logs.Own.Keys).Encode(), default);
        Assert.Contains(node.Ledger.Anchors(node.LogId), anchor => anchor.Size == 2);
        var report = await AuditAsync(node);
        Assert.Equal((Outcome.Altered, Anchors(node)), (report.Outcome, report.ProvenAnchors));
        Assert.Equal(Digest.Of([7]).ToString(), Assert.Single(report.Findings, finding => finding.Code == FindingCodes.LogForked).Actual);
    }

    [Fact]
    public async Task A_checkpoint_of_another_key_is_not_the_log_s()
    {
        await using var node = await AnchoredAsync(2);
        var other = new LogSigner(node.Identity.Origin, new byte[32]).Key;
        var trust = TestTrust.For(node) with { Logs = [new TrustedKey(other.ToString())] };
        var report = await new LogAuditor(node.Ledger, node.Client, trust).RunAsync(other.Name, other.LogId, null, default);
        Assert.Equal((Outcome.Altered, 0), (report.Outcome, report.ProvenAnchors));
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.CheckpointSignatureWrong);
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.AnchorMissing);
    }

    [Fact]
    public async Task An_anchor_without_enough_witnesses_leaves_the_audit_undetermined()
    {
        await using var node = await AnchoredAsync(2);
        await Upload.Of("more"u8.ToArray()).SendAsync(node);
        await Eventually.TrueAsync(() => node.Logs.Own.Anchors.Count == Anchors(node) && node.Ledger.Anchors(node.LogId)[^1].Size == 3, "the last anchor is proven");
        var report = await AuditAsync(node);
        Assert.Equal((Outcome.Undetermined, Anchors(node), Anchors(node) - 1), (report.Outcome, report.ProvenAnchors, report.ProvenProofs));
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.WitnessesMissing);
    }

    [Fact]
    public async Task Names_tiles_that_do_not_make_the_signed_tree()
    {
        await using var node = await AnchoredAsync(300);
        await node.StopAsync();
        var tile = Directory.GetFiles(node.DataFolder, "000", SearchOption.AllDirectories).Single(path => path.Contains("tile/0/", StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(tile);
        bytes[0] ^= 1; // of the first leaf, so that it is in every anchor
        await node.StartAsync();
        File.WriteAllBytes(tile, bytes);
        var report = await AuditAsync(node);
        Assert.Equal((Outcome.Altered, 0), (report.Outcome, report.ProvenAnchors));
        Assert.Equal(FindingCodes.TileChanged, Assert.Single(report.Findings, finding => finding.Severity == Severity.Error).Code);

        File.Delete(tile);
        report = await AuditAsync(node);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.TileMissing);
    }

    [Fact]
    public async Task Names_an_attestation_of_what_is_not_listed_and_says_how_far_a_replica_is_behind()
    {
        await using var node = await AnchoredAsync(2, 1);
        var attested = node.Ledger.Anchors(node.LogId)[^2].Size;
        node.Ledger.State(node.LogId, new LedgerAttestation(node.Identity.OperatorAddress, attested, 1, DateTimeOffset.UnixEpoch));
        Assert.Equal(1, Assert.Single((await AuditAsync(node)).Attestations).AnchorsBehind);
        node.Ledger.State(node.LogId, new LedgerAttestation(Nobody, 9, 1, DateTimeOffset.UnixEpoch));
        var report = await AuditAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.Equal(FindingCodes.AttestationUnexpected, Assert.Single(report.Findings, finding => finding.Severity == Severity.Error).Code);
    }

    /// <summary>A node that has anchored so many records after one another, each anchor cosigned.</summary>
    private static async Task<TestNode> AnchoredAsync(params int[] batches)
    {
        var node = await TestNode.StartNewAsync();
        foreach (var records in batches)
        {
            for (var i = 0; i < records; i++) await Upload.Of(Encoding.UTF8.GetBytes($"record {i}")).SendAsync(node);
            await Eventually.TrueAsync(() => node.Ledger.Anchors(node.LogId) is [.., var newest] && newest.Size == node.Logs.Own.Size, "the batch is anchored");
        }
        await Eventually.TrueAsync(() => node.Logs.Own.Anchors.Count == Anchors(node), "every anchor is proven");
        await node.Witness.CosignAsync(node);
        return node;
    }

    private static int Anchors(TestNode node) => node.Ledger.Anchors(node.LogId).Count;

    private static Task<AuditReport> AuditAsync(TestNode node) =>
        new LogAuditor(node.Ledger, node.Client, TestTrust.For(node)).RunAsync(node.Identity.Origin, node.LogId, null, default);
}
