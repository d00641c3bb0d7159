using System.Text;
using Evidence.Cli;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Rotating;

/// <summary>`evidence node rotate-key` as a person or a script sees it.</summary>
public sealed class RotateKeyCommandTests
{
    private static readonly string[] OfTheDoor = ["administrator.token", "tls.key", "tls.pem", "tokens.json", "tokens.json.lock"]; // rotating leaves these alone
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Says_what_was_handed_on_and_keeps_the_old_key_for_its_owner_alone()
    {
        await using var node = await StoppedAsync();
        var old = Secret(node, "log.key");
        var run = await RunAsync(node, "--json");
        Assert.Equal((ExitCode.Intact, ""), (run.Code, run.Error));
        Assert.Equal(["logId", "newKey", "oldKey", "origin", "resumed", "retired", "root", "size"], run.Json.AsObject().Select(member => member.Key).Order());
        Assert.Equal((node.Identity.Origin, node.LogId.ToString(), node.Identity.LogKey), (Text(run, "origin"), Text(run, "logId"), Text(run, "oldKey")));
        Assert.Equal((HandedOn.Current(node).Key.ToString(), 1UL, false), (Text(run, "newKey"), run.Json["size"]!.GetValue<ulong>(), run.Json["resumed"]!.GetValue<bool>()));
        Assert.NotEqual(Text(run, "oldKey"), Text(run, "newKey"));
        Assert.Equal(old, File.ReadAllText(Text(run, "retired")));
        AssertFiles(node, "log.json", "log.key", Path.GetFileName(Text(run, "retired")), "operator.key", "witness.key");
        AssertTellsNoKey(node, run);
    }

    [Fact]
    public async Task Tells_a_person_which_keys_there_are_and_what_trust_json_needs()
    {
        await using var node = await StoppedAsync();
        var run = await RunAsync(node);
        var now = HandedOn.Current(node).Key;
        Assert.Equal((ExitCode.Intact, ""), (run.Code, run.Error));
        foreach (var told in (string[])[node.Identity.LogKey, $$"""{"id":"{{node.LogId}}","key":"{{now}}"}""", ".retired"])
            Assert.Contains(told, run.Output, StringComparison.Ordinal);
        AssertTellsNoKey(node, run);
    }

    [Fact]
    public async Task Discards_the_old_key_when_it_is_asked_to()
    {
        await using var node = await StoppedAsync();
        var old = Secret(node, "log.key");
        var run = await RunAsync(node, "--discard-old", "--json");
        Assert.Equal((ExitCode.Intact, true), (run.Code, run.Json["retired"] is null));
        AssertFiles(node, "log.json", "log.key", "operator.key", "witness.key");
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(node.Identity.ConfigFile)!, "*", SearchOption.AllDirectories), file => Encoding.ASCII.GetString(File.ReadAllBytes(file)).Contains(old.Trim(), StringComparison.Ordinal));
        await node.StartAsync();
        Assert.Equal(Text(run, "newKey"), node.Logs.Own.Keys.Current.ToString());
    }

    [Fact]
    public async Task Changes_nothing_while_the_node_runs()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        var before = Files(node);
        var run = await RunAsync(node, "--json");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("Stop that node first", run.Error + run.Output, StringComparison.Ordinal);
        Assert.Equal(before, Files(node));
        AssertTellsNoKey(node, run);
    }

    [Fact]
    public async Task Says_what_is_wrong_with_a_command_or_a_key()
    {
        await using var node = await StoppedAsync();
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("node", "rotate-key")).Code);
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("node", "rotate-key", "--config", "/nowhere/node.json")).Code);
        var key = Path.Combine(HandedOn.Keys(node), "log.key");
        File.SetUnixFileMode(key, OwnerOnly | UnixFileMode.OtherRead);
        var open = await RunAsync(node);
        Assert.Equal(ExitCode.Usage, open.Code);
        Assert.Contains("chmod 600", open.Error, StringComparison.Ordinal);
        File.SetUnixFileMode(key, OwnerOnly);
        File.WriteAllText(key, "no key\n");
        var damaged = await RunAsync(node);
        Assert.Equal(ExitCode.Usage, damaged.Code);
        Assert.Contains("64 hexadecimal characters", damaged.Error, StringComparison.Ordinal);
        AssertFiles(node, "log.key", "operator.key", "witness.key");
    }

    /// <summary>A folder lies where a step writes its file first: the step fails, after all before it came to the medium.</summary>
    [Theory]
    [InlineData("keys/log.key.next.new", false)]
    [InlineData("keys/log.json.tmp", false)]
    [InlineData("LOG/log.json.tmp", true)]
    [InlineData("keys/log.key.ID.retired.new", true)]
    public async Task Is_ended_by_giving_it_again_wherever_it_broke_off(string obstacle, bool isSigned)
    {
        await using var node = await StoppedAsync();
        var old = Secret(node, "log.key");
        var path = PlaceOf(node, obstacle);
        Directory.CreateDirectory(path);
        var broken = await RunAsync(node, "--json");
        Assert.Equal(ExitCode.Usage, broken.Code);
        AssertTellsNoKey(node, broken);
        Assert.Equal(old, Secret(node, "log.key"));
        Assert.Equal(isSigned, File.Exists(Path.Combine(HandedOn.Keys(node), "log.json")));
        if (isSigned) Assert.Contains("rotate-key", (await Assert.ThrowsAsync<KeyFileException>(node.StartAsync)).Message, StringComparison.Ordinal);
        Directory.Delete(path);

        var next = Path.Combine(HandedOn.Keys(node), "log.key.next");
        var made = File.Exists(next) ? File.ReadAllText(next) : null;
        var run = await RunAsync(node, "--json");
        Assert.Equal((ExitCode.Intact, isSigned), (run.Code, run.Json["resumed"]!.GetValue<bool>()));
        if (made is not null) Assert.Equal(made, Secret(node, "log.key"));
        Assert.Equal(old, File.ReadAllText(Text(run, "retired")));
        AssertFiles(node, "log.json", "log.key", Path.GetFileName(Text(run, "retired")), "operator.key", "witness.key");
        await node.StartAsync();
        Assert.Equal([node.Identity.LogKey, Text(run, "newKey")], node.Logs.Own.Keys.Keys.Select(key => key.ToString()));
        var record = (await Upload.Of("after"u8.ToArray()).SendAsync(node)).Record;
        await node.AnchoredAsync(record);
        Assert.Equal(Outcome.Intact, (await node.Client.VerifyRecordAsync(record, CancellationToken.None)).Whole);
    }

    private static async Task<TestNode> StoppedAsync()
    {
        var node = await TestTrust.StartTrustingNodeAsync();
        await node.AnchoredAsync((await Upload.Of("before"u8.ToArray()).SendAsync(node)).Record);
        await node.StopAsync();
        return node;
    }

    private static Task<CommandRun> RunAsync(TestNode node, params string[] more) => CommandRun.Of(["node", "rotate-key", "--config", node.Identity.ConfigFile, .. more]);

    private static string PlaceOf(TestNode node, string obstacle) => obstacle.StartsWith("LOG/", StringComparison.Ordinal)
        ? Path.Combine(Path.GetDirectoryName(LogKeyRotationTests.LogJson(node))!, obstacle[4..])
        : Path.Combine(Path.GetDirectoryName(HandedOn.Keys(node))!, obstacle.Replace("ID", $"{HandedOn.Current(node).Key.KeyId:x8}", StringComparison.Ordinal));

    private static void AssertFiles(TestNode node, params string[] names)
    {
        Assert.Equal(names.Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(HandedOn.Keys(node)).Select(Path.GetFileName).Except(OfTheDoor).Order(StringComparer.Ordinal));
        Assert.All(KeyFiles(node), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
    }

    private static IEnumerable<string> KeyFiles(TestNode node) =>
        Directory.GetFiles(HandedOn.Keys(node)).Where(file => Path.GetFileName(file) is var name && name != "log.json" && !OfTheDoor.Contains(name));

    private static void AssertTellsNoKey(TestNode node, CommandRun run)
    {
        foreach (var file in KeyFiles(node))
        {
            var secret = File.ReadAllText(file).Trim();
            Assert.DoesNotContain(secret, run.Output + run.Error, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(Convert.FromHexString(secret)), run.Output + run.Error, StringComparison.Ordinal);
        }
    }

    private static List<(string, string)> Files(TestNode node) => [.. Directory.GetFiles(HandedOn.Keys(node)).Order(StringComparer.Ordinal).Select(file => (file, File.ReadAllText(file)))];

    private static string Secret(TestNode node, string name) => File.ReadAllText(Path.Combine(HandedOn.Keys(node), name));

    private static string Text(CommandRun run, string member) => run.Json[member]!.GetValue<string>();
}
