using System.Security.Cryptography;
using Evidence.Ledger;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Cli;

/// <summary>`evidence ledger`, as the members of a consortium use it.</summary>
[Collection(AnvilCollection.Name)]
public sealed class LedgerCommandTests(AnvilFixture anvil) : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<OperatorKey> _members = [];
    private string _contract = "";

    public void Dispose() => _folder.Dispose();

    /// <summary>Three members with their key files, of whom two must approve.</summary>
    public async Task InitializeAsync()
    {
        if (AnvilFactAttribute.IsMissing) return;
        for (var i = 0; i < 3; i++) _members.Add(NewMember(i));
        var run = await CommandRun.Of(
            ["ledger", "deploy", "--endpoint", anvil.Chain.Url.AbsoluteUri, "--key", FileOf(0), "--threshold", "2", "--json", .. _members.SelectMany(member => new[] { "--member", member.Address })]);
        _contract = run.Json["contract"]!.GetValue<string>();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [AnvilFact]
    public async Task Two_members_register_rotate_and_close_a_log()
    {
        var (log, next, other) = (new TestLog(20), new TestLog(1), AnvilFixture.NewKey());
        await DecideAsync($"{log.Operator.Address} anchors {log.Origin}", "register", "--log-key", $"{log.Signer.Key}", "--operator", log.Operator.Address);
        await Client.CaptureAsync(await log.SubmitAsync(Client, 0, 10), log.Id, log.CheckpointAt(10), default);
        await DecideAsync($"{other.Address} anchors {log.Origin} from now on", "rotate", "--log-key", $"{log.Signer.Key}", "--operator", other.Address);
        await DecideAsync(
            $"{log.Origin} is closed at 10 leaves, {next.Origin} goes on after it",
            "close", "--log-key", $"{log.Signer.Key}", "--successor-key", $"{next.Signer.Key}", "--operator", next.Operator.Address);

        var status = await Ledger("status", "--json");
        Assert.Equal("believed", status.Json["assurance"]!.GetValue<string>());
        var closed = status.Json["logs"]!.AsArray().Single(entry => entry!["logId"]!.GetValue<string>() == $"{log.Id}")!;
        Assert.Equal($"{next.Id}", closed["successor"]!.GetValue<string>());
        Assert.Equal(other.Address, closed["operator"]!.GetValue<string>());
        var proposals = status.Json["proposals"]!.AsArray().Where(entry => entry!["logId"]?.GetValue<string>() == $"{log.Id}").ToList();
        Assert.Equal(["in force", "in force", "in force"], proposals.Select(entry => entry!["state"]!.GetValue<string>()));
        Assert.All(proposals, entry => Assert.Equal(2, entry!["approvers"]!.AsArray().Count));
        var text = (await Ledger("status")).Output;
        Assert.Contains($"goes on after {log.Id} at 10 leaves", text, StringComparison.Ordinal);
        Assert.Contains("believed, not proven", text, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task A_member_changes_the_consortium_by_naming_who_joins_and_who_leaves()
    {
        var joining = AnvilFixture.NewKey().Address;
        string[] change = ["change", "--add", joining, "--remove", _members[2].Address, "--threshold", "3", "--yes", .. Pin];
        await DecideAsync("the consortium has 3 members, of whom 3 must approve", change);
        var state = await new Consortium(Client).StateAsync(default);
        Assert.Equal((2UL, 3), (state.Epoch, state.Threshold));
        Assert.Equal(new[] { joining, _members[0].Address, _members[1].Address }.Order(StringComparer.OrdinalIgnoreCase), state.Members);
    }

    [AnvilFact]
    public async Task Says_what_cannot_be_changed()
    {
        var stranger = AnvilFixture.NewKey().Address;
        Assert.Contains("is no member", (await ApproveAsync(0, 2, ["change", "--remove", stranger, .. Pin])).Error, StringComparison.Ordinal);
        Assert.Contains("is a member already", (await ApproveAsync(0, 2, ["change", "--add", _members[1].Address, .. Pin])).Error, StringComparison.Ordinal);
        Assert.Contains("say what changes", (await ApproveAsync(0, 2, ["change", .. Pin])).Error, StringComparison.Ordinal);
        Assert.Contains("InvalidThreshold(threshold = 9, members = 3)", (await ApproveAsync(0, 2, ["change", "--threshold", "9", "--yes", .. Pin])).Error, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task Shows_who_decides_now_and_then_and_signs_only_what_was_agreed_to()
    {
        string[] change = ["change", "--remove", _members[2].Address];
        Assert.Contains("--genesis", (await ApproveAsync(0, 2, change)).Error, StringComparison.Ordinal);
        Assert.Contains("--genesis", (await ApproveAsync(0, 2, [.. change, "--chain-id", "31337", "--yes"])).Error, StringComparison.Ordinal);
        Assert.Contains("chain id", (await ApproveAsync(0, 2, [.. change, "--chain-id", "1", "--genesis", anvil.Deployment.Genesis, "--yes"])).Error, StringComparison.Ordinal);
        Assert.Contains("--yes", (await ApproveAsync(0, 2, [.. change, .. Pin, "--json"])).Output, StringComparison.Ordinal);
        Assert.Empty(await new Consortium(Client).ProposalsAsync(default));

        var lists = (await ApproveAsync(0, 0, [.. change, .. Pin, "--yes", "--json"])).Json;
        Assert.Equal(_members.Select(member => member.Address).Order(), lists["before"]!["members"]!.AsArray().Select(member => member!.GetValue<string>()).Order());
        Assert.Equal(_members.Take(2).Select(member => member.Address).Order(), lists["after"]!["members"]!.AsArray().Select(member => member!.GetValue<string>()).Order());
        var text = (await ApproveAsync(1, 0, [.. change, .. Pin, "--yes"])).Output.ReplaceLineEndings(" ");
        Assert.Contains("states: 2 of 3 members decide", text, StringComparison.Ordinal);
        Assert.All(_members, member => Assert.Contains($"  {member.Address}", text, StringComparison.Ordinal));
    }

    [AnvilFact]
    public async Task An_approval_is_withdrawn_by_the_number_of_its_proposal()
    {
        var log = new TestLog(1);
        var approval = await ApproveAsync(0, 0, "register", "--log-key", $"{log.Signer.Key}", "--operator", log.Operator.Address, "--json");
        var proposal = approval.Json["proposal"]!.GetValue<string>();
        await ApproveAsync(0, 0, "withdraw", "--proposal", proposal);
        var second = await ApproveAsync(1, 0, "register", "--log-key", $"{log.Signer.Key}", "--operator", log.Operator.Address);
        Assert.Contains("1 of 2 members approve", second.Output, StringComparison.Ordinal);
        Assert.Contains("NotApproved", (await ApproveAsync(0, 2, "withdraw", "--proposal", proposal)).Error, StringComparison.Ordinal);
    }

    /// <summary>The first member's approval is not enough, the second one's is.</summary>
    private async Task DecideAsync(string what, params string[] arguments)
    {
        Assert.Contains($"{what}: 1 of 2 members approve", (await ApproveAsync(0, 0, arguments)).Output, StringComparison.Ordinal);
        Assert.Contains($"{what}: in force", (await ApproveAsync(1, 0, arguments)).Output, StringComparison.Ordinal);
    }

    private async Task<CommandRun> ApproveAsync(int member, int code, params string[] arguments)
    {
        var run = await Ledger([.. arguments, "--key", FileOf(member)]);
        Assert.Equal((code, run.Error), (run.Code, run.Error));
        return run;
    }

    private Task<CommandRun> Ledger(params string[] arguments) =>
        CommandRun.Of(["ledger", .. arguments, "--endpoint", anvil.Chain.Url.AbsoluteUri, "--contract", _contract]);

    private string[] Pin => ["--chain-id", $"{anvil.Deployment.ChainId}", "--genesis", anvil.Deployment.Genesis];

    private LedgerClient Client => anvil.Client(anvil.Options with { Contract = _contract });

    private OperatorKey NewMember(int index)
    {
        File.WriteAllText(FileOf(index), $"00{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(31))}");
        return OperatorKey.Load(FileOf(index));
    }

    private string FileOf(int member) => _folder.At($"member{member}.key");
}
