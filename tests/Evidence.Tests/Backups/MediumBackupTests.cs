using System.Text;
using Evidence.Core.Backups;
using Evidence.Core.Verification;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

public sealed class MediumBackupTests
{
    [Fact]
    public async Task Holds_every_volume_byte_for_byte_and_verifies_with_sha256sum_and_tar_alone()
    {
        await using var log = await FilledLog.OfAsync(300);
        using var medium = new TestMedium();
        var report = await medium.BackUpAsync(log, label: "一号");
        Assert.Equal((Outcome.Intact, 1, true, "一号"), (report.Outcome, report.Number, report.IsNew, report.Label));
        Assert.Equal((300UL, log.Store.Root), (report.Logs[0].Size, report.Logs[0].Root));
        Assert.True(medium.SumsHold());
        medium.AssertHolds(log);
        var unpacked = medium.Unpack();
        Assert.Equal(300, Directory.EnumerateFiles(unpacked, "seal-*.json", SearchOption.AllDirectories).Count());
        Assert.NotEmpty(Directory.EnumerateFiles(unpacked, "manifest-sha256.txt", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Writes_only_what_is_new_and_leaves_what_is_there_as_it_is()
    {
        await using var log = await FilledLog.OfAsync(300);
        using var medium = new TestMedium();
        var first = await medium.BackUpAsync(log);
        var before = medium.Files();
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        var second = await medium.BackUpAsync(log);
        Assert.True(second.Written < first.Written / 10, $"{second.Written} bytes were written");
        Assert.Equal((2, first.Medium, 303UL), (second.Number, second.Medium, second.Logs[0].Size));
        var after = medium.Files();
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
        Assert.True(medium.SumsHold());
        medium.AssertHolds(log);
        Assert.Equal(303, Directory.EnumerateFiles(medium.Unpack(), "seal-*.json", SearchOption.AllDirectories).Count());

        var third = await medium.BackUpAsync(log, readBack: true);
        Assert.Equal((2, false, 0L), (third.Number, third.IsNew, third.Written));
        Assert.True(third.ReadBack > 0);
        Assert.Equal(after, medium.Files());
        Assert.Equal(["0001", "0002", "README.txt"], Directory.EnumerateFileSystemEntries(medium.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Copies_no_record_beyond_the_checkpoint_and_goes_on_with_it_at_the_next_backup()
    {
        await using var log = await FilledLog.OfAsync(20);
        await log.AppendManyAsync(30); // durable, and not yet published: some of them in volumes that are closed already
        using var medium = new TestMedium();
        var report = await medium.BackUpAsync(log);
        Assert.Equal((20UL, Outcome.Intact), (report.Logs[0].Size, report.Outcome));
        Assert.Equal(20, Directory.EnumerateFiles(medium.Unpack(), "seal-*.json", SearchOption.AllDirectories).Count());
        await log.PublishAsync();
        Assert.Equal((50UL, Outcome.Intact), ((await medium.BackUpAsync(log)).Logs[0].Size, report.Outcome));
        medium.AssertHolds(log);
    }

    [Fact]
    public async Task Backs_up_while_records_are_filed()
    {
        await using var log = await FilledLog.OfAsync(20);
        using var medium = new TestMedium();
        using var stop = new CancellationTokenSource();
        var filing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await log.AppendAsync(TestLog.Content(i, i % 9 == 4 ? 9000 : 300));
                await log.PublishAsync();
            }
        });
        ulong size = 0;
        for (var i = 0; i < 8; i++)
        {
            var report = await medium.BackUpAsync(log);
            Assert.Empty(report.Logs[0].Findings);
            Assert.True(report.Logs[0].Size >= size);
            size = report.Logs[0].Size;
        }

        await stop.CancelAsync();
        await filing;
        Assert.True(medium.SumsHold());
        await medium.BackUpAsync(log);
        medium.AssertHolds(log);
    }

    [Fact]
    public async Task Copies_what_is_new_of_proof_files_and_all_of_one_that_was_written_anew()
    {
        await using var log = await FilledLog.OfAsync(5);
        await FilledLog.AddProofAsync(log, "a");
        await FilledLog.AddProofAsync(log, "b");
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        await FilledLog.AddProofAsync(log, "c");
        await medium.BackUpAsync(log);
        Assert.Equal(File.ReadAllBytes(log.Store.Anchors.Path), Anchors(medium));
        Assert.Equal(2, BackupMedium.Open(medium.Folder).Logs.Values.Single().Proofs["anchors"].Count);
        await log.Store.Anchors.RewriteAsync(log.Store.Anchors.State, [.. "adce".Select(c => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes($"{{\"n\":\"{c}\"}}")))], "{}", CancellationToken.None);
        await medium.BackUpAsync(log);
        Assert.Equal(File.ReadAllBytes(log.Store.Anchors.Path), Anchors(medium));
        Assert.True(medium.SumsHold());
    }

    [Fact]
    public async Task The_commands_in_its_README_check_and_unpack_the_medium()
    {
        await using var log = await FilledLog.OfAsync(60);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        await medium.BackUpAsync(log);
        using var place = new TemporaryFolder();
        var commands = File.ReadAllLines(medium.At("README.txt")).Select(line => line.Trim()).Where(line => line.EndsWith("done", StringComparison.Ordinal))
            .Select(line => line.Replace("/tmp/out", place.At("out"), StringComparison.Ordinal)).ToList();
        Assert.Equal(3, commands.Count);
        foreach (var command in commands) Assert.Equal(("", 0), Shell(medium.Folder, command));
        Assert.Equal(63, Directory.EnumerateFiles(place.At("out"), "seal-*.json", SearchOption.AllDirectories).Count());

        TestLog.Flip(Directory.EnumerateFiles(medium.At("0002"), "*.tar", SearchOption.AllDirectories).First(), 600);
        Assert.Contains("0002: ALTERED", Shell(medium.Folder, commands[0]).Output, StringComparison.Ordinal);
        TestLog.Flip(Directory.EnumerateFiles(place.At("out"), "c0001", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First(), 10);
        Assert.NotEqual("", Shell(medium.Folder, commands[2]).Output);
    }

    [Fact]
    public async Task Lets_nobody_but_its_owner_read_what_it_writes()
    {
        await using var log = await FilledLog.OfAsync(20);
        await FilledLog.AddProofAsync(log, "a");
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(medium.Folder, "*", SearchOption.AllDirectories), path => (File.GetUnixFileMode(path) & Others) != 0);
    }

    private static (string Output, int Code) Shell(string folder, string command)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", command + " 2>&1"]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, process.ExitCode);
    }

    private static byte[] Anchors(TestMedium medium) => [.. BackupMedium.Open(medium.Folder).Logs.Values.Single().Proofs["anchors"].SelectMany(piece => File.ReadAllBytes(piece.Path))];
}
