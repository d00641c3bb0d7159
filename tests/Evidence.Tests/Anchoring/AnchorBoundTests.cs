using Evidence.Client.Auditing;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Anchoring;

/// <summary>An endpoint whose word is believed may state any number of anchors, and list them without end: whoever reads them stops.</summary>
public sealed class AnchorBoundTests
{
    private static readonly Digest Log = Digest.Of("log"u8);
    private const int Enough = 100;

    private readonly FakeLedger _ledger = new(TimeProvider.System);
    private int _asked;

    public AnchorBoundTests()
    {
        _ledger.Register(Log, "0x00", "log");
        for (var size = 1UL; size <= 20; size++) _ledger.Forge(Log, size, RootOf(size));
        _ledger.Failure = call => call == nameof(ILedger.AnchorsAsync) && ++_asked > Enough ? FakeLedger.Unreachable : null;
    }

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task As_many_anchors_are_read_as_are_stated_to_be_the_most_and_no_more()
    {
        _ledger.ClaimedCount = AnchorPages.MaxAnchors;
        Assert.Equal(1 << 24, await AnchorPages.CountAsync(_ledger, Log, Ct));
        _ledger.ClaimedCount++;
        var refused = await Assert.ThrowsAsync<LedgerMismatchException>(() => AnchorPages.CountAsync(_ledger, Log, Ct));
        Assert.Contains("at most 16777216", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_reads_all_anchors_or_says_that_it_did_not()
    {
        Assert.Equal(20, (await SweptAsync()).Anchors!.Count);
        _ledger.ClaimedCount = 21;
        await AssertUnreadAsync("21, as it counts them");
        _ledger.ClaimedCount = AnchorPages.MaxAnchors + 1UL;
        _asked = 0;
        await AssertUnreadAsync("at most");
        Assert.Equal(0, _asked);
        (_ledger.ClaimedCount, _ledger.Listing) = (AnchorPages.MaxAnchors, static (_, count) => Same(count));
        var endless = await SweptAsync();
        Assert.Equal((2, true), (endless.Anchors!.Count, endless.Failure!.Message.Contains("not read on", StringComparison.Ordinal)));
        Assert.Equal(1, _asked);
    }

    [Theory]
    [InlineData(20UL)]
    [InlineData(21UL)]
    [InlineData(1UL << 40)]
    [InlineData(ulong.MaxValue)]
    public async Task An_anchor_that_is_not_where_it_should_be_is_found_by_halving(ulong stated)
    {
        _ledger.ClaimedCount = stated;
        for (var size = 1UL; size <= 20; size++)
        {
            _asked = 0;
            Assert.Empty(await CompareAsync(size));
        }
    }

    [Fact]
    public async Task An_anchor_is_not_looked_for_without_end()
    {
        (_ledger.ClaimedCount, _ledger.Listing) = (ulong.MaxValue, static (_, count) => Same(count));
        Assert.Equal(FindingCodes.LedgerLostAnchors, Assert.Single(await CompareAsync(7)).Code);
        Assert.InRange(_asked, 1, 65);
    }

    [Fact]
    public async Task An_audit_reads_no_more_anchors_than_there_can_be()
    {
        await using var node = await AnchoredAsync();
        node.Ledger.ClaimedCount = AnchorPages.MaxAnchors + 1UL;
        Assert.Contains("at most", (await Assert.ThrowsAsync<LedgerMismatchException>(() => AuditAsync(node))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audit_names_a_list_that_does_not_grow_and_does_not_read_on()
    {
        await using var node = await AnchoredAsync();
        (node.Ledger.ClaimedCount, node.Ledger.Listing) = (AnchorPages.MaxAnchors, static (_, count) => Same(count));
        var report = await AuditAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.Single(report.Anchors);
    }

    [Fact]
    public async Task An_audit_of_fewer_anchors_than_the_ledger_counts_is_not_intact()
    {
        await using var node = await AnchoredAsync();
        Assert.Equal(Outcome.Intact, (await AuditAsync(node)).Outcome);
        node.Ledger.ClaimedCount = 1UL + (ulong)node.Ledger.Anchors(node.LogId).Count;
        var report = await AuditAsync(node);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
        Assert.Contains("lists only", Assert.Single(report.Findings, static finding => finding.Code == FindingCodes.AnchorMissing).Message, StringComparison.Ordinal);
    }

    private static async Task<TestNode> AnchoredAsync()
    {
        var node = await TestTrust.StartTrustingNodeAsync();
        await node.AnchoredAsync((await Upload.Of([1]).SendAsync(node)).Record);
        return node;
    }

    private static Task<AuditReport> AuditAsync(TestNode node) =>
        new LogAuditor(node.Ledger, node.Client, TestTrust.For(node)).RunAsync(node.Identity.Origin, node.LogId, null, Ct);

    private static IEnumerable<LedgerAnchor> Same(int count) => Enumerable.Repeat(new LedgerAnchor(1, RootOf(1), 1, DateTimeOffset.UnixEpoch), count);

    private static Digest RootOf(ulong size) => Digest.Of([(byte)size]);

    private Task<LedgerAnchors> SweptAsync() => LedgerAnchors.AskAsync(_ledger, Log, "log", Ct);

    private async Task AssertUnreadAsync(string why)
    {
        var read = await SweptAsync();
        Assert.Null(read.Anchors);
        Assert.Contains(why, read.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(Severity.Warning, read.Failure.Severity);
    }

    private async Task<IReadOnlyList<Finding>> CompareAsync(ulong size) =>
        await new Node.Verification.LedgerComparison(_ledger).CompareAsync((await _ledger.CaptureBySizeAsync(Log, size, "", Ct))!, 0, Ct);
}
