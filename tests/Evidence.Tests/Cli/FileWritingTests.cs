using Evidence.Cli;

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
        await Assert.ThrowsAsync<IOException>(() => FileWriting.ReplaceAsync(Target, static async stream =>
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
        var (left, writing, other) = (Path.Combine(_folder, ".package.zip.4194305"), Path.Combine(_folder, ".package.zip.4194306"), Path.Combine(_folder, ".package.zip.md5"));
        foreach (var file in new[] { left, other }) await File.WriteAllTextAsync(file, "half");
        await using var held = new FileStream(writing, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await FileWriting.ReplaceAsync(Target, static stream => stream.WriteAsync("new"u8.ToArray()).AsTask());
        Assert.Equal("new", await File.ReadAllTextAsync(Target));
        Assert.Equal([writing, other, Target], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
