using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Tests.Monitor;

/// <summary>A forged entry of anchors.log whose hash fits the line before is never kept as what was appended, and the genuine one never thrown away.</summary>
public sealed class ForgedAnchorTests : SweepTestBase
{
    private string AnchorsFile => Log.Anchors.Path;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forged_entry_whose_own_hash_fits_is_undone(bool peerAnswers)
    {
        await AnchorMoreAsync();
        if (!peerAnswers) await Other.StopAsync();
        await AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () => AnchorForgery.ForgeLine(AnchorsFile, 1), AnchorsFile);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forged_entry_that_follows_the_end_does_not_fill_the_hole_of_the_genuine_one(bool peerAnswers)
    {
        await AnchorMoreAsync();
        if (!peerAnswers) await Other.StopAsync();
        await AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () =>
        {
            AnchorForgery.AppendForged(AnchorsFile, 1);
            Damage.Flip(AnchorsFile, SecondLine + 65);
        }, AnchorsFile);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forged_last_entry_is_undone_also_when_an_earlier_one_is_damaged(bool peerAnswers)
    {
        await AnchorMoreAsync();
        if (!peerAnswers) await Other.StopAsync();
        await AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () =>
        {
            AnchorForgery.ForgeLine(AnchorsFile, 2);
            Damage.Flip(AnchorsFile, 65);
        }, AnchorsFile);
    }

    [Fact]
    public async Task A_peer_that_gives_the_same_forged_entry_confirms_nothing()
    {
        await AnchorMoreAsync();
        var truth = File.ReadAllBytes(AnchorsFile);
        AnchorForgery.ForgeLine(AnchorsFile, 1);
        AnchorForgery.ForgeLine(Network.Mirror(1, 0).Anchors.Path, 1);
        var damaged = File.ReadAllBytes(AnchorsFile);
        Network.Ledger.Failure = _ => Nodes.FakeLedger.Unreachable;
        var sweep = await SweepAsync(Node);
        Assert.Equal((V1.Outcome.Altered, 0), (sweep.Outcome, (int)sweep.Repaired));
        Assert.DoesNotContain(sweep.Findings, finding => finding.Code == FindingCodes.Unrecoverable);
        Assert.True(Node.Alerts.All.Single(alert => alert.Cause.StartsWith("proofs-damaged", StringComparison.Ordinal)).IsOpen);
        Assert.Equal(damaged, File.ReadAllBytes(AnchorsFile));
        Network.Ledger.Failure = null;
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.Equal(truth, File.ReadAllBytes(AnchorsFile));
    }

    [Fact]
    public async Task A_forged_entry_of_an_anchor_that_the_ledger_lost_stays_reported_and_nothing_is_written_over_it()
    {
        await AnchorMoreAsync();
        await Other.StopAsync();
        Network.Ledger.RollBack(Node.LogId, 1);
        AnchorForgery.ForgeLine(AnchorsFile, 1);
        var damaged = File.ReadAllBytes(AnchorsFile);
        Assert.Equal(V1.Outcome.Altered, (await SweepAsync(Node)).Outcome);
        Assert.True(Node.Alerts.All.Single(alert => alert.Cause.StartsWith("proofs-damaged", StringComparison.Ordinal)).IsOpen);
        Assert.Equal(damaged, File.ReadAllBytes(AnchorsFile)[..damaged.Length]);
    }

    [Fact]
    public async Task Nothing_is_signed_that_the_log_does_not_give_whatever_the_ledger_lists()
    {
        await AnchorMoreAsync();
        await Other.StopAsync();
        var forged = Core.Digest.Of("another history"u8);
        Network.Ledger.Forge(Node.LogId, 5, forged);
        AnchorForgery.ForgeLine(AnchorsFile, 1);
        await SweepAsync(Node);
        Assert.NotEmpty(Network.Ledger.Checkpoints);
        Assert.DoesNotContain(Network.Ledger.Checkpoints, note => Checkpoint.Parse(SignedNote.Parse(note).Text).Root == forged);
    }

    private long SecondLine => Array.IndexOf(File.ReadAllBytes(AnchorsFile), (byte)'\n') + 1;

    /// <summary>Makes three entries or more of the one that is there.</summary>
    private async Task AnchorMoreAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            await Network.ArchiveAsync(0, 1);
            await Network.SettleAsync();
        }
    }
}
