using Evidence.Ledger;
using Evidence.Node.Anchoring;
using Evidence.Node.Archiving;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Alert = Evidence.Node.Monitoring.Alerting.Alert;

namespace Evidence.Tests.Anchoring;

public sealed class AnchorSubmitterTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestTrust.StartTrustingNodeAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private Task<V1.Record> AnchoredAsync(ArchiveResponse receipt) => _node.AnchoredAsync(receipt.Record);

    private async Task<Alert> OpenAlertAsync(string cause)
    {
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(cause) is not null, $"the alert {cause} is open");
        return _node.Alerts.All.Last(a => a.Cause == cause);
    }

    private Task ClosedAlertAsync(string cause) =>
        Eventually.TrueAsync(() => _node.Alerts.All.Any(a => a.Cause == cause) && _node.Alerts.FindOpen(cause) is null, $"the alert {cause} is closed");

    private async Task<V1.Record> ArchiveAndAnchorAsync(byte[] content) => await AnchoredAsync(await Upload.Of(content).SendAsync(_node));

    private async Task<Core.Verification.Verdict> VerifyAsync(string record) => await _node.Client.VerifyRecordAsync(record, CancellationToken.None);

    [Fact]
    public async Task Anchors_what_was_archived_and_keeps_the_proof()
    {
        var record = await ArchiveAndAnchorAsync([1]);
        var onChain = Assert.Single(_node.Ledger.Anchors(_node.LogId));
        Assert.Equal((onChain.Size, onChain.BlockNumber), (record.Anchor.Size, record.Anchor.BlockNumber));
        Assert.Equal(Core.Verification.Outcome.Intact, (await VerifyAsync(record.Record_)).Whole);
    }

    [Fact]
    public async Task Anchors_each_growth_once()
    {
        for (byte i = 0; i < 3; i++) await ArchiveAndAnchorAsync([i]);
        Assert.Equal(_node.Ledger.Submitted, _node.Ledger.Anchors(_node.LogId).Select(a => a.Size).Distinct().Count());
        Assert.Equal(3UL, _node.Ledger.Anchors(_node.LogId)[^1].Size);
    }

    [Fact]
    public async Task Archives_while_the_ledger_is_down_and_anchors_when_it_is_back()
    {
        _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        var receipt = await Upload.Of([1]).SendAsync(_node);
        Assert.Equal(AnchorState.Sealed, receipt.State);
        Assert.Equal(Core.Verification.Severity.Warning, (await OpenAlertAsync(AnchorAlerts.LedgerUnreachable)).Severity);
        Assert.Equal(AnchorState.Sealed, (await _node.Client.GetRecordAsync(receipt.Record, CancellationToken.None)).State);
        _node.Ledger.Failure = null;
        await AnchoredAsync(receipt);
        await ClosedAlertAsync(AnchorAlerts.LedgerUnreachable);
    }

    [Fact]
    public async Task Starts_while_the_ledger_is_down()
    {
        await _node.StopAsync();
        _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        await _node.StartAsync();
        var receipt = await Upload.Of([1]).SendAsync(_node);
        _node.Ledger.Failure = null;
        await AnchoredAsync(receipt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Captures_an_anchor_that_it_handed_in_and_did_not_see(bool restarts)
    {
        _node.Ledger.Failure = call => call == nameof(ILedger.CaptureAsync) ? FakeLedger.Unreachable : null;
        var receipt = await Upload.Of([1]).SendAsync(_node);
        await Eventually.TrueAsync(() => _node.Ledger.Submitted == 1, "the anchor was handed in");
        if (restarts)
        {
            await _node.StopAsync();
            await _node.StartAsync();
        }
        await AnchoredAsync(receipt);
        Assert.Equal(1, _node.Ledger.Submitted);
        Assert.Equal(Core.Verification.Outcome.Intact, (await VerifyAsync(receipt.Record)).Whole);
    }

    [Fact]
    public async Task Captures_an_anchor_that_it_handed_in_and_did_not_see_also_when_more_lines_cannot_be_read_than_anchors_are_missing()
    {
        for (byte i = 0; i < 4; i++) await ArchiveAndAnchorAsync([i]);
        _node.Ledger.Failure = call => call.StartsWith("Capture", StringComparison.Ordinal) ? FakeLedger.Unreachable : null;
        var receipt = await Upload.Of([9]).SendAsync(_node);
        await Eventually.TrueAsync(() => _node.Ledger.Anchors(_node.LogId).Count == 5, "the anchor was handed in");
        var file = _node.Logs.Own.Anchors.Path;
        await _node.StopAsync();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[Array.IndexOf(bytes, (byte)'\n') + 200] = (byte)'\n'; // makes two lines of the second; the last two stay in order, so that more can be appended
        await File.WriteAllBytesAsync(file, bytes);
        _node.Ledger.Failure = null;
        await _node.StartAsync();
        Assert.Equal(5UL, (await AnchoredAsync(receipt)).Anchor.Size);
    }

    [Fact]
    public async Task Waits_for_a_transaction_that_no_block_holds_yet()
    {
        var refused = 0;
        _node.Ledger.Failure = call => call == nameof(ILedger.SubmitAnchorAsync) && refused++ < 2 ? new LedgerPendingException("0x1", TimeSpan.FromSeconds(60)) : null;
        await ArchiveAndAnchorAsync([1]);
        Assert.Equal(1, _node.Ledger.Submitted);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task Reports_anchors_that_the_ledger_lost_and_anchors_again(int left, bool whileStopped)
    {
        var records = new List<V1.Record>();
        for (byte i = 0; i < 3; i++) records.Add(await ArchiveAndAnchorAsync([i]));
        if (whileStopped) await _node.StopAsync();
        _node.Ledger.RollBack(_node.LogId, left);
        if (whileStopped) await _node.StartAsync();

        await Eventually.TrueAsync(() => _node.Alerts.All.Any(a => a.Cause == AnchorAlerts.AnchorsLost), "the loss is reported");
        var alert = _node.Alerts.All.Single(a => a.Cause == AnchorAlerts.AnchorsLost);
        Assert.Contains(left == 0 ? "of 1, 2, 3 leaves" : "of 2, 3 leaves", alert.Message, StringComparison.Ordinal);
        await Upload.Of([9]).SendAsync(_node);
        await ClosedAlertAsync(AnchorAlerts.AnchorsLost);
        Assert.Contains("Anchored again", _node.Alerts.All.Single(a => a.Cause == AnchorAlerts.AnchorsLost).Repair, StringComparison.Ordinal);
        foreach (var record in records)
        {
            var now = await AnchoredAsync(new ArchiveResponse { Record = record.Record_ });
            Assert.Contains(_node.Ledger.Anchors(_node.LogId), a => a.Size == now.Anchor.Size && a.BlockNumber == now.Anchor.BlockNumber);
            Assert.Equal(Core.Verification.Outcome.Intact, (await VerifyAsync(record.Record_)).Whole);
        }
    }

    [Fact]
    public async Task Says_what_to_do_when_the_log_is_not_registered()
    {
        await using var node = TestNode.Create(json => json["requireSignature"] = false);
        await node.StartAsync();
        var receipt = await Upload.Of([1]).SendAsync(node);
        await Eventually.TrueAsync(() => node.Alerts.FindOpen(AnchorAlerts.LogUnregistered) is not null, "the alert is open");
        var message = node.Alerts.FindOpen(AnchorAlerts.LogUnregistered)!.Message;
        Assert.Contains(node.Identity.LogId, message, StringComparison.Ordinal);
        Assert.Contains(node.Identity.OperatorAddress, message, StringComparison.Ordinal);
        node.Register();
        await node.AnchoredAsync(receipt.Record);
        await Eventually.TrueAsync(() => node.Alerts.FindOpen(AnchorAlerts.LogUnregistered) is null, "the alert is closed");
    }

    [Fact]
    public async Task Takes_no_record_while_the_ledger_contradicts_the_log()
    {
        await ArchiveAndAnchorAsync([1]);
        await Upload.Of([2]).SendAsync(_node);
        await Eventually.TrueAsync(() => _node.Ledger.Anchors(_node.LogId).Count == 2, "both are anchored");
        _node.Ledger.RollBack(_node.LogId, 1);
        _node.Ledger.Forge(_node.LogId, 2, Core.Digest.Of("another history"u8));
        await OpenAlertAsync(AnchorAlerts.LedgerContradictsLog);
        await RefusedAsync();
        Assert.Equal(2, _node.Ledger.Anchors(_node.LogId).Count);
    }

    [Fact]
    public async Task Takes_no_record_while_more_is_anchored_than_the_log_holds()
    {
        await ArchiveAndAnchorAsync([1]);
        _node.Ledger.Forge(_node.LogId, 7, Core.Digest.Of("seven leaves"u8));
        var alert = await OpenAlertAsync(AnchorAlerts.LogBehindLedger);
        Assert.Contains("7 leaves", alert.Message, StringComparison.Ordinal);
        await RefusedAsync();
    }

    private async Task RefusedAsync()
    {
        var status = await Eventually.GetAsync(TryArchiveAsync, s => s.StatusCode != StatusCode.OK, "records are refused");
        Assert.Equal(StatusCode.Aborted, status.StatusCode);
        Assert.Contains("contradict", status.Detail, StringComparison.Ordinal);
    }

    private async Task<Status> TryArchiveAsync()
    {
        try
        {
            await Upload.Of([1]).SendAsync(_node);
            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    [Fact]
    public async Task Reports_a_ledger_that_is_another_one()
    {
        _node.Ledger.Failure = _ => new LedgerMismatchException("chain id", "31337", "1");
        Assert.Contains("chain id", (await OpenAlertAsync(AnchorAlerts.LedgerMismatch)).Message, StringComparison.Ordinal);
        _node.Ledger.Failure = null;
        await ClosedAlertAsync(AnchorAlerts.LedgerMismatch);
    }

    [Theory]
    [InlineData(AnchorAlerts.LedgerMismatch)]
    [InlineData(AnchorAlerts.LedgerUnreachable)]
    public async Task Keeps_one_alert_open_while_reading_succeeds_and_handing_in_does_not(string cause)
    {
        var submits = 0;
        _node.Ledger.Failure = call => call != nameof(ILedger.SubmitAnchorAsync) || submits++ < 0 ? null
            : cause == AnchorAlerts.LedgerUnreachable ? FakeLedger.Unreachable : new LedgerMismatchException("the hash of the transaction", "0x1", "0x2");
        await Upload.Of([1]).SendAsync(_node);
        await Eventually.TrueAsync(() => submits > 3, "the anchor was handed in some times");
        Assert.Single(_node.Alerts.All, alert => alert.Cause == cause);
        _node.Ledger.Failure = null;
        await ClosedAlertAsync(cause);
    }

    [Fact]
    public async Task Closes_the_alert_of_a_silent_ledger_when_it_answers_and_refuses()
    {
        _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        await Upload.Of([1]).SendAsync(_node);
        await OpenAlertAsync(AnchorAlerts.LedgerUnreachable);
        _node.Ledger.Failure = call => call == nameof(ILedger.SubmitAnchorAsync) ? new LedgerRejectedException("reverted: Paused", "Paused") : null;
        await OpenAlertAsync(AnchorAlerts.AnchorRejected);
        await ClosedAlertAsync(AnchorAlerts.LedgerUnreachable);
    }

    [Fact]
    public async Task Names_endpoints_that_answer_falsely_and_anchors_meanwhile()
    {
        _node.Ledger.SetAside = [new SetAsideEndpoint(new Uri("http://b.test"), "the receipts root of block 7 does not match")];
        var alert = await OpenAlertAsync(AnchorAlerts.LedgerEndpointFalse);
        Assert.Contains("http://b.test", alert.Message, StringComparison.Ordinal);
        Assert.Contains("block 7", Assert.Single(alert.Findings).Message, StringComparison.Ordinal);
        var record = await ArchiveAndAnchorAsync([1]);
        Assert.Equal(Core.Verification.Outcome.Intact, (await VerifyAsync(record.Record_)).Whole);
        _node.Ledger.SetAside = [];
        await ClosedAlertAsync(AnchorAlerts.LedgerEndpointFalse);
    }

    [Theory]
    [InlineData(LedgerAssurance.Believed, "one endpoint's word")]
    [InlineData(LedgerAssurance.Agreed, "what most endpoints say")]
    public async Task Says_while_the_ledger_proves_nothing_although_it_could(LedgerAssurance rests, string words)
    {
        (_node.Ledger.IsProvable, _node.Ledger.Assurance) = (true, rests);
        var alert = await OpenAlertAsync(AnchorAlerts.LedgerUnproven);
        Assert.Contains(words, alert.Message, StringComparison.Ordinal);
        Assert.Equal(Core.Verification.Severity.Warning, alert.Severity);
        _node.Ledger.Assurance = LedgerAssurance.Proven;
        await ClosedAlertAsync(AnchorAlerts.LedgerUnproven);
        (_node.Ledger.IsProvable, _node.Ledger.Assurance) = (false, rests);
        await ArchiveAndAnchorAsync([1]);
        Assert.DoesNotContain(_node.Alerts.All, static alert => alert.Cause == AnchorAlerts.LedgerUnproven && alert.Closed is null);
    }

    [Fact]
    public async Task Names_a_number_of_anchors_that_cannot_be()
    {
        _node.Ledger.ClaimedCount = ulong.MaxValue;
        Assert.Contains($"{ulong.MaxValue}", (await OpenAlertAsync(AnchorAlerts.LedgerMismatch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_an_anchor_that_the_contract_refused()
    {
        _node.Ledger.Failure = call => call == nameof(ILedger.SubmitAnchorAsync) ? new LedgerRejectedException("reverted: Paused", "Paused") : null;
        var receipt = await Upload.Of([1]).SendAsync(_node);
        Assert.Contains("Paused", (await OpenAlertAsync(AnchorAlerts.AnchorRejected)).Message, StringComparison.Ordinal);
        _node.Ledger.Failure = null;
        await AnchoredAsync(receipt);
        await ClosedAlertAsync(AnchorAlerts.AnchorRejected);
    }

    [Fact]
    public async Task Waits_until_enough_records_are_there()
    {
        await using var node = await TestNode.StartNewAsync(json =>
        {
            json["ledger"]!["anchorEverySeconds"] = 3600;
            json["ledger"]!["anchorEveryRecords"] = 5;
        });
        for (byte i = 0; i < 5; i++)
        {
            Assert.Empty(node.Ledger.Anchors(node.LogId));
            await Upload.Of([i]).SendAsync(node);
        }
        await Eventually.TrueAsync(() => node.Ledger.Anchors(node.LogId).Count > 0, "an anchor");
        Assert.Equal(5UL, Assert.Single(node.Ledger.Anchors(node.LogId)).Size);
    }

    [Fact]
    public async Task Anchors_nothing_while_a_mirror_or_a_witness_gives_reason_to_doubt_the_log()
    {
        var gate = _node.Services.GetRequiredService<AppendGate>();
        var first = await ArchiveAndAnchorAsync([1]);
        _node.Ledger.Failure = call => call == nameof(ILedger.SubmitAnchorAsync) ? FakeLedger.Unreachable : null;
        var second = await Upload.Of([2]).SendAsync(_node);
        gate.Close(AppendGate.Mirror, "The log was set back (test).");
        var asked = 0;
        _node.Ledger.Failure = call => { if (call == nameof(ILedger.LogInfoAsync)) asked++; return null; };
        await Eventually.TrueAsync(() => asked > 3, "the ledger was asked some times more");
        Assert.Equal(first.Anchor.Size, _node.Ledger.Anchors(_node.LogId)[^1].Size);
        gate.Open(AppendGate.Mirror);
        await AnchoredAsync(second);
    }

    [Fact]
    public async Task Anchors_new_records_while_the_proof_of_an_old_anchor_cannot_be_had()
    {
        _node.Ledger.Failure = call => call is nameof(ILedger.CaptureAsync) or nameof(ILedger.CaptureBySizeAsync) ? new LedgerPendingException("0x00", TimeSpan.FromSeconds(60)) : null;
        var first = await Upload.Of([1]).SendAsync(_node);
        await OpenAlertAsync(AnchorAlerts.AnchorUncaptured);
        _node.Ledger.Failure = call => call == nameof(ILedger.CaptureBySizeAsync) ? new LedgerPendingException("0x00", TimeSpan.FromSeconds(60)) : null;
        await AnchoredAsync(await Upload.Of([2]).SendAsync(_node));
        Assert.NotNull(_node.Alerts.FindOpen(AnchorAlerts.AnchorUncaptured));
        await _node.StopAsync();
        _node.Ledger.Failure = null;
        await _node.StartAsync();
        await ClosedAlertAsync(AnchorAlerts.AnchorUncaptured);
        Assert.Equal(2, _node.Services.GetRequiredService<AnchorHistories>().Of(_node.Logs.Own).Current.Count);
        await AnchoredAsync(first);
    }

    [Fact]
    public async Task Takes_no_records_into_a_log_that_the_consortium_has_closed()
    {
        await ArchiveAndAnchorAsync([1]);
        _node.Ledger.CloseLog(_node.LogId, Core.Digest.Of([9]));
        Assert.Contains(Core.Digest.Of([9]).ToString(), (await OpenAlertAsync(AnchorAlerts.LogClosed)).Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<RpcException>(() => Upload.Of([2]).SendAsync(_node));
        Assert.Contains("closed", refused.Status.Detail, StringComparison.Ordinal);
    }
}
