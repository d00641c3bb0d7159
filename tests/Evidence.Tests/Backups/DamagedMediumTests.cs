using Evidence.Cli;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

/// <summary>What can still be proven of a medium on which something was changed or lost: all the rest.</summary>
public sealed class DamagedMediumTests
{
    /// <summary>In the content of the first record; in its seal, without which the log cannot be made anew.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("evidence.seal/")]
    public async Task A_drill_proves_every_record_but_the_one_with_a_bad_bit_names_it_and_seals_its_report(string? text)
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        var volume = node.Find("v0000000001.tar");
        TestLog.Flip(volume, text is null ? 8000 : (await File.ReadAllBytesAsync(volume)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)));
        var run = await DrillAsync(node, into.At("drill"), "--node", node.Node.Address.AbsoluteUri);
        Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
        AssertIntact(run, BackedUpNode.Records - 1);
        Assert.Contains("v0000000001", run.Output, StringComparison.Ordinal);
        Assert.NotNull(run.Json["sealedAs"]);
    }

    /// <summary>The only backup: there is no other that would say the same.</summary>
    [Theory]
    [InlineData("backup.json")]
    [InlineData("SHA256SUMS")]
    public async Task A_catalogue_that_was_changed_or_lost_keeps_no_record_from_being_proven(string name)
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        var (file, whole) = (node.Find(name), await File.ReadAllBytesAsync(node.Find(name)));
        byte[] flipped = [.. whole];
        flipped[whole.Length / 3] ^= 0x80;
        foreach (var bytes in (byte[]?[])[flipped, whole[..(whole.Length / 2)], [], null])
        {
            File.Delete(file);
            if (bytes is not null) await File.WriteAllBytesAsync(file, bytes);
            var verified = node.Verify();
            Assert.True(verified.Code == Evidence.Verifier.ExitCode.Altered, verified.Output + verified.Error);
            Assert.Equal(BackedUpNode.Records, verified.Json["records"]!["intact"]!.GetValue<int>());
            var run = await DrillAsync(node, into.At($"{bytes?.Length}-{bytes == flipped}"));
            Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
            AssertIntact(run, BackedUpNode.Records);
            Assert.True(run.Json["findings"]!.AsArray().Any(finding => finding!["subject"]!.GetValue<string>() == "0001/" + name), run.Output);
        }

        Assert.Equal(ExitCode.Altered, (await node.BackUpAsync()).Code); // and nothing is written to it any more
        Assert.Equal(["0001"], node.Medium.Backups);
    }

    [Theory]
    [InlineData("keys.json")]
    [InlineData("checkpoint")]
    public async Task A_log_without_its_keys_or_its_checkpoint_is_proven_by_those_that_are_trusted_and_by_its_anchors(string name)
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        File.Delete(node.Find(name));
        Assert.Equal((Evidence.Verifier.ExitCode.Altered, BackedUpNode.Records), (node.Verify().Code, node.Verify().Json["records"]!["intact"]!.GetValue<int>()));
        var run = await DrillAsync(node, into.At("drill"));
        Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
        AssertIntact(run, BackedUpNode.Records);
    }

    /// <summary>Of the first backup the tiles are missing too, so that the second one has no proof of its own: what it holds is read and judged, and not proven.</summary>
    [Fact]
    public async Task A_backup_that_is_missing_keeps_none_after_it_from_being_read()
    {
        await using var node = await BackedUpNode.StartAsync();
        await node.FileAsync(9);
        Assert.Equal(0, (await node.BackUpAsync()).Code);
        Directory.Move(node.Medium.At("0001"), node.Medium.At("aside"));
        var verified = node.Verify();
        Assert.Equal(Evidence.Verifier.ExitCode.Altered, verified.Code);
        Assert.Equal(9, verified.Json["records"]!["count"]!.GetValue<int>());
        using var into = new TemporaryFolder();
        var run = await DrillAsync(node, into.At("drill"));
        Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
        Assert.Equal(9, run.Json["logs"]![0]!["report"]!["records"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_volume_that_is_lost_keeps_no_other_from_being_proven()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        File.Delete(node.Find("v0000000002.tar"));
        var left = node.Verify().Json["records"]!["intact"]!.GetValue<int>();
        Assert.InRange(left, 5, BackedUpNode.Records - 1);
        var run = await DrillAsync(node, into.At("drill"));
        Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
        AssertIntact(run, left);
    }

    [Fact]
    public async Task A_backup_of_which_nothing_is_left_is_altered_and_not_a_matter_of_the_command()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var into = new TemporaryFolder();
        Directory.Delete(node.Medium.At("0001"), recursive: true);
        Directory.CreateDirectory(node.Medium.At("0001"));
        Assert.Equal(Evidence.Verifier.ExitCode.Altered, node.Verify().Code);
        var run = await DrillAsync(node, into.At("drill"));
        Assert.True(run.Code == ExitCode.Altered, run.Output + run.Error);
        Assert.True(File.Exists(into.At("drill", "drill-report.json")));
    }

    private static void AssertIntact(CommandRun run, int records) => Assert.True(run.Json["logs"]![0]!["report"]!["records"]!["intact"]!.GetValue<int>() == records, run.Output);

    private static Task<CommandRun> DrillAsync(BackedUpNode node, string into, params string[] more) =>
        CommandRun.Of(["drill", "--from", node.Medium.Folder, "--into", into, "--trust", node.Trust, "--json", .. more]);
}
