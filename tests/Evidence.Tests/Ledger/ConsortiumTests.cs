using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

/// <summary>What the consortium decides, through the deployed contract.</summary>
[Collection(AnvilCollection.Name)]
public sealed class ConsortiumTests(AnvilFixture anvil)
{
    private static CancellationToken Ct => CancellationToken.None;

    [AnvilFact]
    public async Task Registers_a_log_only_when_the_second_member_approves_the_same_proposal()
    {
        var (ledger, consortium) = (anvil.Client(), anvil.Consortium());
        var log = new TestLog(1);
        var first = await consortium.RegisterLogAsync(anvil.Members[0], log.Id, log.Operator.Address, log.Origin, Ct);
        var other = await consortium.RegisterLogAsync(anvil.Members[1], log.Id, anvil.Members[1].Address, log.Origin, Ct);
        Assert.Null(await ledger.LogInfoAsync(log.Id, Ct));
        Assert.Equal((1, false), (first.Approvals, first.IsInForce));
        Assert.NotEqual(first.Proposal, other.Proposal);

        var last = await consortium.RegisterLogAsync(anvil.Members[2], log.Id, log.Operator.Address, log.Origin, Ct);
        Assert.Equal(new LedgerApproval(last.TransactionHash, first.Proposal, 2, true), last);
        Assert.Equal(new LedgerLog(log.Id, log.Operator.Address, log.Origin, 0), await ledger.LogInfoAsync(log.Id, Ct));
    }

    [AnvilFact]
    public async Task Names_the_error_when_an_outsider_registers_a_log()
    {
        var log = new TestLog(1);
        var outsider = AnvilFixture.NewKey();
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(
            () => anvil.Consortium().RegisterLogAsync(outsider, log.Id, outsider.Address, log.Origin, Ct));
        Assert.Equal("NotMember", refusal.Error);
        Assert.Equal([outsider.Address], refusal.Arguments);
    }

    [AnvilFact]
    public async Task Names_the_error_when_a_member_approves_twice()
    {
        var log = new TestLog(1);
        var approval = await anvil.Consortium().RegisterLogAsync(anvil.Members[0], log.Id, log.Operator.Address, log.Origin, Ct);
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(
            () => anvil.Consortium().RegisterLogAsync(anvil.Members[0], log.Id, log.Operator.Address, log.Origin, Ct));
        Assert.Equal("AlreadyApproved", refusal.Error);
        Assert.Equal([approval.Proposal, anvil.Members[0].Address], refusal.Arguments);
    }

    [AnvilFact]
    public async Task A_rotated_log_is_anchored_by_its_new_operator_only()
    {
        var log = await anvil.RegisterAsync(30);
        var ledger = anvil.Client();
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 10), log.Id, log.CheckpointAt(10), Ct);
        var next = AnvilFixture.NewKey();
        foreach (var member in anvil.Members.Take(2)) await anvil.Consortium().RotateOperatorAsync(member, log.Id, next.Address, Ct);
        Assert.Equal(next.Address, (await ledger.LogInfoAsync(log.Id, Ct))!.Operator);

        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => log.SubmitAsync(ledger, 10, 20));
        Assert.Equal("NotOperator", refusal.Error);
        var hash = await ledger.SubmitAnchorAsync(next, log.Id, 20, log.RootAt(20), log.Proof(10, 20), Ct);
        await ledger.CaptureAsync(hash, log.Id, log.CheckpointAt(20), Ct);
        Assert.Equal(2UL, await ledger.AnchorCountAsync(log.Id, Ct));
    }

    [AnvilFact]
    public async Task A_closed_log_names_its_successor_and_the_successor_its_end()
    {
        var log = await anvil.RegisterAsync(30);
        var (ledger, next) = (anvil.Client(), new TestLog(5));
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 10), log.Id, log.CheckpointAt(10), Ct);
        var last = await ledger.LatestAsync(log.Id, Ct);
        foreach (var member in anvil.Members.Take(2)) await anvil.Consortium().CloseLogAsync(member, log.Id, last, next.Id, next.Operator.Address, next.Origin, Ct);

        Assert.Equal(next.Id, (await ledger.LogInfoAsync(log.Id, Ct))!.Successor);
        var successor = await ledger.LogInfoAsync(next.Id, Ct);
        Assert.Equal(new LedgerLog(next.Id, next.Operator.Address, next.Origin, 0) { Predecessor = new LedgerPredecessor(log.Id, 10, log.RootAt(10)) }, successor);
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => log.SubmitAsync(ledger, 10, 20));
        Assert.Equal("LogIsClosed", refusal.Error);
        Assert.Contains(successor, await anvil.Consortium().LogsAsync(Ct));
        await ledger.CaptureAsync(await next.SubmitAsync(ledger, 0, 5), next.Id, next.CheckpointAt(5), Ct);
    }

    [AnvilFact]
    public async Task Names_the_error_when_a_log_is_to_be_closed_at_another_end()
    {
        var log = await anvil.RegisterAsync(30);
        var (ledger, next) = (anvil.Client(), new TestLog(1));
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 10), log.Id, log.CheckpointAt(10), Ct);
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(
            () => anvil.Consortium().CloseLogAsync(anvil.Members[0], log.Id, null, next.Id, next.Operator.Address, next.Origin, Ct));
        Assert.Equal("NotLastAnchor", refusal.Error);
        Assert.Equal(["0x" + log.Id, "10", "0x" + log.RootAt(10)], refusal.Arguments);
    }

    [AnvilFact]
    public async Task An_approval_can_be_withdrawn_while_it_is_open()
    {
        var log = new TestLog(1);
        var consortium = anvil.Consortium();
        var approval = await consortium.RegisterLogAsync(anvil.Members[0], log.Id, log.Operator.Address, log.Origin, Ct);
        Assert.Equal(0, (await consortium.WithdrawAsync(anvil.Members[0], approval.Proposal, Ct)).Approvals);
        Assert.False((await consortium.RegisterLogAsync(anvil.Members[1], log.Id, log.Operator.Address, log.Origin, Ct)).IsInForce);
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => consortium.WithdrawAsync(anvil.Members[0], approval.Proposal, Ct));
        Assert.Equal("NotApproved", refusal.Error);
    }

    [AnvilFact]
    public async Task Lists_what_was_proposed_with_its_call_and_its_approvers()
    {
        var log = await anvil.RegisterAsync(1);
        var open = await anvil.Consortium().RotateOperatorAsync(anvil.Members[2], log.Id, anvil.Members[2].Address, Ct);
        var about = (await anvil.Consortium().ProposalsAsync(Ct)).Where(proposal => proposal.LogId == log.Id).ToList();
        Assert.Equal([ProposalState.Executed, ProposalState.Open], about.Select(proposal => proposal.State));
        Assert.Equal($"registerLog(logId = 0x{log.Id}, operator = {log.Operator.Address}, origin = {log.Origin})", about[0].Call);
        Assert.Equal(2, about[0].Approvers.Count);
        Assert.NotNull(about[0].ExecutedBlock);
        Assert.Equal($"rotateOperator(logId = 0x{log.Id}, operator = {anvil.Members[2].Address})", about[1].Call);
        Assert.Equal((open.Proposal, anvil.Members[2].Address, null), (about[1].Id, about[1].Approvers.Single(), about[1].ExecutedBlock));
    }

    [AnvilFact]
    public async Task A_member_who_has_left_decides_no_longer_and_what_it_approved_is_void()
    {
        var members = Enumerable.Range(0, 3).Select(_ => AnvilFixture.NewKey()).ToList();
        var made = await anvil.Client(anvil.Options with { Contract = null }).DeployAsync(members[0], [.. members.Select(member => member.Address)], 2, Ct);
        var ledger = anvil.Client(anvil.Options with { Contract = made.Contract });
        var consortium = new Consortium(ledger);
        var log = new TestLog(1);
        await consortium.RegisterLogAsync(members[2], log.Id, log.Operator.Address, log.Origin, Ct);
        string[] left = [members[1].Address, members[0].Address]; // in any order: it is the same consortium
        await consortium.ChangeAsync(members[0], left, 2, Ct);
        Assert.True((await consortium.ChangeAsync(members[1], [.. left.Reverse()], 2, Ct)).IsInForce);

        var state = await consortium.StateAsync(Ct);
        Assert.Equal((2UL, 2), (state.Epoch, state.Threshold));
        Assert.Equal(left.Order(StringComparer.OrdinalIgnoreCase), state.Members);
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => consortium.RegisterLogAsync(members[2], log.Id, log.Operator.Address, log.Origin, Ct));
        Assert.Equal("NotMember", refusal.Error);
        Assert.False((await consortium.RegisterLogAsync(members[0], log.Id, log.Operator.Address, log.Origin, Ct)).IsInForce);
        Assert.Null(await ledger.LogInfoAsync(log.Id, Ct));
        var change = (await consortium.ProposalsAsync(Ct)).Single(proposal => proposal.LogId is null);
        Assert.Equal($"changeConsortium(members = [{string.Join(", ", state.Members)}], threshold = 2)", change.Call);
    }

    [AnvilFact]
    public async Task Keeps_the_newest_attestation_of_each_replica()
    {
        var log = await anvil.RegisterAsync(30);
        var ledger = anvil.Client();
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 10), log.Id, log.CheckpointAt(10), Ct);
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 10, 20), log.Id, log.CheckpointAt(20), Ct);
        Assert.Empty(await ledger.AttestationsAsync(log.Id, Ct));
        await ledger.AttestAsync(anvil.Members[0], log.Id, 10, log.RootAt(10), Ct);
        await ledger.AttestAsync(log.Operator, log.Id, 20, log.RootAt(20), Ct);
        await ledger.AttestAsync(anvil.Members[0], log.Id, 20, log.RootAt(20), Ct);
        var attested = await ledger.AttestationsAsync(log.Id, Ct);
        Assert.Equal([(anvil.Members[0].Address, 20UL), (log.Operator.Address, 20UL)], attested.Select(entry => (entry.Replica, entry.Size)));

        var again = await Assert.ThrowsAsync<LedgerRejectedException>(() => ledger.AttestAsync(log.Operator, log.Id, 20, log.RootAt(20), Ct));
        Assert.Equal("AlreadyAttested", again.Error);
        var stranger = await Assert.ThrowsAsync<LedgerRejectedException>(() => ledger.AttestAsync(AnvilFixture.NewKey(), log.Id, 20, log.RootAt(20), Ct));
        Assert.Equal("NotReplica", stranger.Error);
        var untrue = await Assert.ThrowsAsync<LedgerRejectedException>(() => ledger.AttestAsync(anvil.Members[1], log.Id, 20, log.RootAt(10), Ct));
        Assert.Equal("NotAnchored", untrue.Error);
    }
}
