using System.Diagnostics;
using Evidence.Cli;
using Evidence.Core;

namespace Evidence.Tests.Cli;

/// <summary>Result files: whole or not there.</summary>
public sealed class FileWritingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evidence-writing-").FullName;

    private string Target => Path.Combine(_folder, "package.zip");

    [Fact]
    public async Task Leaves_the_file_that_was_there_and_nothing_beside_it_when_writing_fails()
    {
        await File.WriteAllTextAsync(Target, "old");
        await Assert.ThrowsAsync<IOException>(() => FileWriting.WriteAsync(Target, overwrite: true, static async stream =>
        {
            await stream.WriteAsync("half"u8.ToArray());
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", await File.ReadAllTextAsync(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Removes_what_a_killed_run_has_left_and_nothing_that_is_still_written_or_somebody_elses()
    {
        var (left, writing, other) = (Path.Combine(_folder, ".evidence-4194305"), Path.Combine(_folder, ".evidence-4194306"), Path.Combine(_folder, ".evidence-md5"));
        foreach (var file in new[] { left, other }) await File.WriteAllTextAsync(file, "half");
        await using var held = new FileStream(writing, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await FileWriting.WriteAsync(Target, overwrite: true, static stream => stream.WriteAsync("new"u8.ToArray()).AsTask());
        Assert.Equal("new", await File.ReadAllTextAsync(Target));
        Assert.Equal([writing, other, Target], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Replaces_what_a_link_leads_to_and_keeps_the_link()
    {
        await File.WriteAllTextAsync(Target, "old");
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "links")).FullName;
        var (link, dangling) = (Path.Combine(folder, "a"), Path.Combine(folder, "b"));
        File.CreateSymbolicLink(link, "../package.zip");
        File.CreateSymbolicLink(dangling, Path.Combine(_folder, "new.zip"));
        foreach (var name in (string[])[link, dangling]) await FileWriting.WriteAsync(name, overwrite: true, static stream => stream.WriteAsync("new"u8.ToArray()).AsTask());
        Assert.Equal(("../package.zip", "new"), (new FileInfo(link).LinkTarget, await File.ReadAllTextAsync(Target)));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(_folder, "new.zip")));
        Assert.NotNull(new FileInfo(dangling).LinkTarget);
        Assert.Equal([link, dangling], Directory.GetFiles(folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Writes_into_a_pipe_and_leaves_it_one()
    {
        using (var made = Process.Start("mkfifo", Target)) await made.WaitForExitAsync();
        var read = Task.Run(() => File.ReadAllText(Target));
        await FileWriting.WriteAsync(Target, overwrite: true, static stream => stream.WriteAsync("new"u8.ToArray()).AsTask()).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(RegularFile.IsStream(Target));
        Assert.Equal("new", await read.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Takes_as_long_a_name_as_the_disk_does()
    {
        var file = Path.Combine(_folder, new string('n', 255));
        await FileWriting.WriteAsync(file, overwrite: true, static stream => stream.WriteAsync("new"u8.ToArray()).AsTask());
        Assert.Equal("new", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Replaces_no_file_that_it_was_not_told_to_also_when_that_comes_meanwhile()
    {
        await File.WriteAllTextAsync(Target, "old");
        var refused = await Assert.ThrowsAsync<CliException>(() => FileWriting.WriteAsync(Target, overwrite: false, static _ => throw new InvalidOperationException("it was begun")));
        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("--force", refused.Message, StringComparison.Ordinal);
        File.Delete(Target);
        await Assert.ThrowsAsync<CliException>(() => FileWriting.WriteAsync(Target, overwrite: false, async stream =>
        {
            await File.WriteAllTextAsync(Target, "old");
            await stream.WriteAsync("new"u8.ToArray());
        }));
        Assert.Equal("old", await File.ReadAllTextAsync(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Lets_nobody_but_its_owner_read_what_it_writes()
    {
        await FileWriting.WriteAsync(Target, overwrite: false, static stream => stream.WriteAsync("new"u8.ToArray()).AsTask());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/nowhere/package.zip")]
    public async Task Says_what_is_wrong_with_a_name(string file) =>
        Assert.Equal(ExitCode.Usage, (await Assert.ThrowsAsync<CliException>(() => FileWriting.WriteAsync(file, overwrite: true, static _ => Task.CompletedTask))).Code);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
