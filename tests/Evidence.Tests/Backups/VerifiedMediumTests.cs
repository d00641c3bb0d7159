using Evidence.Core.Verification;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;
using Evidence.Verifier;

namespace Evidence.Tests.Backups;

public sealed class VerifiedMediumTests
{
    [Fact]
    public async Task A_medium_of_a_running_node_is_intact_under_trust_json_and_undetermined_without()
    {
        await using var node = await BackedUpNode.StartAsync();
        var run = node.Verify();
        Assert.True(run.Code == ExitCode.Intact, run.Output + run.Error);
        Assert.Equal(BackedUpNode.Records, run.Json["records"]!["intact"]!.GetValue<int>());
        var unknown = node.Verify(trusting: false);
        Assert.Equal(ExitCode.Undetermined, unknown.Code);
        Assert.Contains(FindingCodes.TrustMissing, unknown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_how_many_leaves_are_not_anchored_yet_and_on_what_they_rest()
    {
        await using var node = await BackedUpNode.StartAsync();
        node.Node.Ledger.Failure = static _ => FakeLedger.Unreachable;
        for (var i = 0; i < 3; i++) await Upload.Of([(byte)i]).SendAsync(node.Node);
        await Eventually.TrueAsync(() => node.Node.Logs.Own.Published.Current?.Checkpoint.Size == BackedUpNode.Records + 3, "the checkpoint covers them");
        var run = await node.BackUpAsync();
        var log = run.Json["logs"]![0]!;
        Assert.Equal((BackedUpNode.Records + 3, BackedUpNode.Records, 3), (log["leaves"]!.GetValue<int>(), log["anchoredLeaves"]!.GetValue<int>(), log["notAnchoredLeaves"]!.GetValue<int>()));
        var verified = node.Verify();
        Assert.Equal((ExitCode.Undetermined, BackedUpNode.Records), (verified.Code, verified.Json["records"]!["intact"]!.GetValue<int>()));
        Assert.Contains(verified.Json["restsOn"]!.AsArray(), ground => ground!.GetValue<string>().Contains("; 3 leaves are not anchored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_backups_are_judged_together_and_the_last_one_less_is_an_older_medium()
    {
        await using var node = await BackedUpNode.StartAsync();
        await node.FileAsync(5);
        Assert.Equal(0, (await node.BackUpAsync()).Code);
        Assert.Equal((ExitCode.Intact, BackedUpNode.Records + 5), (node.Verify().Code, node.Verify().Json["records"]!["count"]!.GetValue<int>()));

        Directory.CreateDirectory(node.Medium.At("0003.unfinished"));
        File.WriteAllText(node.Medium.At("0003.journal"), "");
        Assert.Equal(ExitCode.Intact, node.Verify().Code); // one that was broken off does not count

        var sums = await File.ReadAllTextAsync(node.Medium.At("0001/SHA256SUMS"));
        await File.AppendAllTextAsync(node.Medium.At("0001/SHA256SUMS"), $"{new string('0', 64)}  zzz\n");
        AssertAltered(node, FindingCodes.VolumeChanged); // not the one that the second backup follows on
        await File.WriteAllTextAsync(node.Medium.At("0001/SHA256SUMS"), sums);

        Directory.Move(node.Medium.At("0001"), node.Medium.At("0001-aside"));
        Assert.Equal(ExitCode.Altered, node.Verify().Code);
        Directory.Move(node.Medium.At("0001-aside"), node.Medium.At("0001"));
        Directory.Delete(node.Medium.At("0002"), recursive: true);
        Assert.Equal((ExitCode.Intact, BackedUpNode.Records), (node.Verify().Code, node.Verify().Json["records"]!["count"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_key_that_was_handed_on_is_on_the_medium_after_the_next_backup()
    {
        await using var node = await BackedUpNode.StartAsync();
        await node.Node.StopAsync();
        var rotated = await CommandRun.Of("node", "rotate-key", "--config", node.Node.Identity.ConfigFile, "--json");
        Assert.Equal(0, rotated.Code);
        var run = await node.BackUpAsync();
        Assert.True(run.Json["new"]!.GetValue<bool>(), run.Output);
        await node.Node.StartAsync();
        await node.FileAsync(3);
        Assert.Equal(0, (await node.BackUpAsync()).Code);
        Assert.Contains(rotated.Json["newKey"]!.GetValue<string>(), await File.ReadAllTextAsync(Directory.EnumerateFiles(node.Medium.At("0003"), "keys.json", SearchOption.AllDirectories).Single()), StringComparison.Ordinal);
        var verified = node.Verify(); // by the first key, which trust.json names
        Assert.True(verified.Code == ExitCode.Intact, verified.Output);
    }

    [Fact]
    public async Task Is_altered_by_a_flipped_bit_in_any_file()
    {
        await using var node = await BackedUpNode.StartAsync();
        foreach (var file in Directory.EnumerateFiles(node.Medium.Folder, "*", SearchOption.AllDirectories).ToList())
        {
            var at = new FileInfo(file).Length / 2;
            TestLog.Flip(file, at);
            var run = node.Verify();
            Assert.True(run.Code == ExitCode.Altered, $"{file}: {run.Output}");
            TestLog.Flip(file, at);
        }

        Assert.Equal(ExitCode.Intact, node.Verify().Code);
    }

    [Theory]
    [InlineData("v0000000001.tar", 600, FindingCodes.PartChanged)]
    [InlineData("v0000000001.tar", 140, FindingCodes.VolumeChanged)]
    [InlineData("tiles.tar", 600, FindingCodes.TileChanged)]
    [InlineData("anchors.log", 90, FindingCodes.ProofFileChanged)]
    [InlineData("cosignatures.log", 90, FindingCodes.ProofFileChanged)]
    public async Task Is_altered_although_whoever_changed_it_made_the_digests_fit(string name, int at, string code)
    {
        await using var node = await BackedUpNode.StartAsync();
        TestLog.Flip(node.Find(name), at);
        node.ForgeSums();
        Assert.True(node.Medium.SumsHold());
        var run = node.Verify();
        Assert.True(run.Code == ExitCode.Altered, run.Output);
        Assert.Contains(code, run.Json["codes"]!.AsArray().Select(c => c!.GetValue<string>()));
    }

    [Fact]
    public async Task Is_altered_although_the_root_of_its_checkpoint_was_exchanged_and_the_digests_made_to_fit()
    {
        await using var node = await BackedUpNode.StartAsync();
        var file = node.Find("checkpoint");
        var lines = (await File.ReadAllTextAsync(file)).Split('\n');
        lines[2] = Convert.ToBase64String(new byte[32]); // a root that can be read, whatever bits the right one has
        await File.WriteAllTextAsync(file, string.Join('\n', lines));
        node.ForgeSums();
        AssertAltered(node, FindingCodes.TileChanged);
        lines[2] = "*" + lines[2][1..];
        await File.WriteAllTextAsync(file, string.Join('\n', lines));
        node.ForgeSums();
        AssertAltered(node, FindingCodes.TileUnreadable);
    }

    [Fact]
    public async Task Names_what_is_missing_cut_extra_and_exchanged()
    {
        await using var node = await BackedUpNode.StartAsync();
        var (one, two) = (node.Find("v0000000001.tar"), node.Find("v0000000002.tar"));

        File.WriteAllText(node.Medium.At("0001/stray"), "");
        AssertAltered(node, FindingCodes.PackageUnexpected);
        await File.AppendAllTextAsync(node.Medium.At("0001/SHA256SUMS"), $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([]))}  stray\n");
        AssertAltered(node, FindingCodes.PackageUnexpected); // although its digest is named now
        File.Delete(node.Medium.At("0001/stray"));
        node.ForgeSums();
        Assert.Equal(ExitCode.Intact, node.Verify().Code);

        Exchange(one, two);
        AssertAltered(node, FindingCodes.PackageChanged);
        node.ForgeSums();
        AssertAltered(node, FindingCodes.VolumeChanged);
        Exchange(one, two);
        node.ForgeSums();
        Assert.Equal(ExitCode.Intact, node.Verify().Code);

        var bytes = await File.ReadAllBytesAsync(two);
        await File.WriteAllBytesAsync(two, bytes[..1536]);
        node.ForgeSums();
        AssertAltered(node, FindingCodes.VolumeMissing);
        File.Delete(two);
        AssertAltered(node, FindingCodes.PackageMissing);
        node.ForgeSums();
        AssertAltered(node, FindingCodes.SealMissing);
    }

    [Fact]
    public async Task Refuses_a_folder_that_is_no_medium_and_options_that_are_for_packages()
    {
        await using var node = await BackedUpNode.StartAsync();
        Assert.Equal(ExitCode.Usage, BackedUpNode.Verify(Path.GetTempPath()).Code);
        Assert.Equal(ExitCode.Usage, BackedUpNode.Verify(node.Medium.Folder, "--certificate", "EVIDENCE1").Code);
    }

    [Fact]
    public async Task Waits_for_no_pipe_that_is_called_as_the_text_that_says_how_to_check_it()
    {
        await using var node = await BackedUpNode.StartAsync();
        File.Delete(node.Medium.At("README.txt"));
        Assert.Equal(0, TestMedium.Run("mkfifo", node.Medium.Folder, "README.txt"));
        await Task.Run(() => AssertAltered(node, FindingCodes.TextDiffers)).WaitAsync(TimeSpan.FromSeconds(60)); // a pipe would hold it up for ever
        Assert.Equal(ExitCode.Altered, (await Task.Run(node.BackUpAsync).WaitAsync(TimeSpan.FromSeconds(60))).Code);
    }

    private static void AssertAltered(BackedUpNode node, string code)
    {
        var run = node.Verify();
        Assert.True(run.Code == ExitCode.Altered, run.Output);
        Assert.Contains(code, run.Json["codes"]!.AsArray().Select(c => c!.GetValue<string>()));
    }

    private static void Exchange(string one, string two)
    {
        File.Move(one, one + "-aside");
        File.Move(two, one);
        File.Move(one + "-aside", two);
    }
}
