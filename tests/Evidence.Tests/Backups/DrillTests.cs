using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Core.Verification;
using Evidence.Node.Backups;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Storage.Backups;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

public sealed class DrillTests
{
    [Fact]
    public async Task Proves_every_record_offline_and_says_that_nothing_seals_the_report()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        var run = await DrillAsync(node, into.At("演练"));
        Assert.True(run.Code == ExitCode.Intact, run.Output + run.Error);
        var log = run.Json["logs"]![0]!;
        Assert.Equal(BackedUpNode.Records, log["report"]!["records"]!["intact"]!.GetValue<int>());
        Assert.Equal(BackedUpNode.Records, log["ranges"]!.AsArray().Sum(range => range!["records"]!.GetValue<int>()));
        Assert.True(log["rebuilt"]!["installed"]!.GetValue<bool>());
        Assert.Null(run.Json["sealedAs"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(into.At("演练", "drill-report.json")))), run.Json["reportSha256"]!.GetValue<string>());
    }

    [Fact]
    public async Task Files_its_report_as_a_record_of_the_node_that_is_named()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        var run = await DrillAsync(node, into.Path, "--node", node.Node.Address.AbsoluteUri);
        Assert.True(run.Code == ExitCode.Intact, run.Output + run.Error);
        using var content = new MemoryStream();
        await node.Node.Client.ReadContentAsync(run.Json["sealedAs"]!.GetValue<string>(), "", content, CancellationToken.None);
        Assert.Equal(await File.ReadAllBytesAsync(into.At("drill-report.json")), content.ToArray());
    }

    [Fact]
    public async Task Says_that_the_report_was_not_sealed_when_the_node_does_not_answer()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        var run = await DrillAsync(node, into.Path, "--node", CommandRun.NoNode);
        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.Equal("INTACT", run.Json["outcome"]!.GetValue<string>());
        Assert.NotNull(run.Json["notSealed"]);
    }

    [Fact]
    public async Task Calls_nothing_altered_when_the_node_refuses_the_report()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var signer = TestSigner.WithRsa();
        await node.Node.StopAsync();
        node.Node.Edit(json => (json["requireSignature"], json["signatureRoots"]) = (true, new JsonArray(node.Node.Write("ca.pem", signer.RootPem))));
        await node.Node.StartAsync();
        using var into = new TemporaryFolder();
        var run = await DrillAsync(node, into.Path, "--node", node.Node.Address.AbsoluteUri);
        Assert.Equal((ExitCode.Undetermined, "INTACT"), (run.Code, run.Json["outcome"]!.GetValue<string>()));
        Assert.Contains("signed", run.Json["notSealed"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_intact_with_a_ledger_that_confirms_and_undetermined_with_one_that_does_not_answer()
    {
        await using var node = await BackedUpNode.StartAsync();
        node.Node.Edit(json => json["trust"] = JsonValue.Create(node.Trust));
        using var into = new TemporaryFolder();
        var options = NodeOptionsReader.Read(node.Node.Identity.ConfigFile);
        var report = await NodeDrill.RunAsync(new DrillPlaces(node.Medium.Folder, into.At("one")), TestTrust.For(node.Node), options, new NodeSeams(TimeProvider.System, node.Node.Ledger), new Progress<BackupProgress>(), CancellationToken.None);
        Assert.Equal((Outcome.Intact, true), (report.Outcome, report.LedgerAsked));
        Assert.True(report.Logs[0].Rebuilt.LedgerAnchors > 0);

        var run = await CommandRun.Of("drill", "--from", node.Medium.Folder, "--into", into.At("two"), "--config", node.Node.Identity.ConfigFile, "--json");
        Assert.True(run.Code == ExitCode.Undetermined, run.Output + run.Error);
        Assert.Contains(FindingCodes.LedgerUnreachable, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v0000000001.tar", 600)]
    [InlineData("anchors.log", 90)]
    [InlineData("checkpoint", 60)]
    [InlineData("keys.json", 3)]
    [InlineData("tiles.tar", 600)]
    public async Task Is_altered_when_the_medium_is(string name, int at)
    {
        await using var node = await BackedUpNode.StartAsync();
        TestLog.Flip(node.Find(name), at);
        node.ForgeSums();
        using var into = new TemporaryFolder();
        var run = await DrillAsync(node, into.Path);
        Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
        Assert.True(File.Exists(into.At("drill-report.json")));
    }

    /// <summary>Of the tiles nothing is restored, and of a log without keys or checkpoint nothing at all.</summary>
    [Theory]
    [InlineData("tiles.tar")]
    [InlineData("keys.json")]
    [InlineData("checkpoint")]
    public async Task Is_altered_with_a_report_when_a_file_of_the_medium_is_flipped_cut_or_deleted(string name)
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        var (file, whole) = (node.Find(name), await File.ReadAllBytesAsync(node.Find(name)));
        byte[] flipped = [.. whole];
        flipped[whole.Length / 2] ^= 0x80;
        foreach (var bytes in (byte[]?[])[flipped, whole[..(whole.Length / 2)], null])
        {
            File.Delete(file);
            if (bytes is not null) await File.WriteAllBytesAsync(file, bytes);
            var place = into.At($"{bytes?.Length}-{bytes == flipped}");
            var run = await DrillAsync(node, place);
            Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
            Assert.Contains(run.Json["findings"]!.AsArray(), finding => finding!["subject"]!.GetValue<string>().EndsWith(name, StringComparison.Ordinal));
            Assert.True(File.Exists(Path.Combine(place, "drill-report.json")));
        }
    }

    [Fact]
    public async Task Restores_over_nothing_and_from_nothing_but_a_medium()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        await File.WriteAllTextAsync(into.At("mine"), "kept");
        Assert.Equal(ExitCode.Usage, (await DrillAsync(node, into.Path)).Code);
        Assert.Equal("kept", await File.ReadAllTextAsync(into.At("mine")));
        Assert.Single(Directory.EnumerateFileSystemEntries(into.Path));
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("drill", "--from", into.Path, "--into", into.At("new"), "--trust", node.Trust)).Code);
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("drill", "--from", node.Medium.Folder, "--into", into.At("new"))).Code);
    }

    private static Task<CommandRun> DrillAsync(BackedUpNode node, string into, params string[] more) =>
        CommandRun.Of(["drill", "--from", node.Medium.Folder, "--into", into, "--trust", node.Trust, "--json", .. more]);
}
