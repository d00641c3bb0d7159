using System.Text;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Proofs;

namespace Evidence.Tests.Storage;

public sealed class ProofFileTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "evidence-proofs-" + Guid.NewGuid().ToString("N"));

    private string Path1 => Path.Combine(_folder, "proofs", "anchors.log");

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Gives_back_what_was_appended_from_any_line_on()
    {
        using var file = await FilledAsync(5);
        Assert.Equal(5, file.Count);
        Assert.Equal(["{\"n\":3}", "{\"n\":4}"], file.Read(3).Select(Encoding.UTF8.GetString));
        Assert.Empty(file.Read(5));
        Assert.Empty(file.Check());
        using var again = ProofFile.Open(Path1);
        Assert.Equal(5, again.Count);
        Assert.Equal(5, await again.AppendAsync("{\"n\":5}"u8.ToArray(), CancellationToken.None));
        Assert.Null(again.Mended);
    }

    [Fact]
    public async Task Each_line_carries_the_hash_chain_that_the_format_states()
    {
        using var file = await FilledAsync(2);
        var first = Core.Digest.Of([.. new byte[32], .. "{\"n\":0}"u8]);
        var second = Core.Digest.Of([.. first.ToArray(), .. "{\"n\":1}"u8]);
        Assert.Equal($"{first} {{\"n\":0}}\n{second} {{\"n\":1}}\n", await File.ReadAllTextAsync(Path1));
    }

    [Fact]
    public async Task Finds_every_single_flipped_byte_and_names_its_line()
    {
        using var file = await FilledAsync(4);
        var length = new FileInfo(Path1).Length;
        var line = length / 4;
        for (long at = 0; at < length; at++)
        {
            TestLog.Flip(Path1, at, (byte)(1 << (int)(at % 8)));
            var findings = file.Check();
            Assert.NotEmpty(findings);
            Assert.Contains(findings, f => f.Subject.EndsWith($"line {(at / line) + 1}", StringComparison.Ordinal));
            TestLog.Flip(Path1, at, (byte)(1 << (int)(at % 8)));
        }

        Assert.Empty(file.Check());
    }

    [Fact]
    public async Task A_flip_in_one_line_is_reported_for_that_line_only()
    {
        using var file = await FilledAsync(4);
        TestLog.Flip(Path1, 3); // within the first line's hash
        var finding = Assert.Single(file.Check());
        Assert.Equal(FindingCodes.ProofFileChanged, finding.Code);
        Assert.EndsWith("line 1", finding.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_missing_lines_unexpected_lines_and_a_missing_file()
    {
        using var file = await FilledAsync(4);
        var bytes = await File.ReadAllBytesAsync(Path1);
        await File.WriteAllBytesAsync(Path1, bytes[..(bytes.Length / 2)]);
        Assert.Equal(FindingCodes.ProofFileMissing, Assert.Single(file.Check()).Code);
        await File.WriteAllBytesAsync(Path1, [.. bytes, .. "rubbish\n"u8]);
        Assert.Equal(FindingCodes.ProofFileUnexpected, Assert.Single(file.Check()).Code);
        File.Delete(Path1);
        Assert.Equal(FindingCodes.ProofFileMissing, Assert.Single(file.Check()).Code);
    }

    [Fact]
    public async Task A_torn_last_line_is_cut_off_and_the_lines_before_it_stay()
    {
        (await FilledAsync(3)).Dispose();
        var bytes = await File.ReadAllBytesAsync(Path1);
        var second = bytes.Length / 3 * 2;
        for (var length = second + 1; length < bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(Path1, bytes[..length]);
            using var file = ProofFile.Open(Path1);
            // All but the newline: the entry is whole, and gets it back.
            Assert.Equal(length == bytes.Length - 1 ? 3 : 2, file.Count);
            Assert.NotNull(file.Mended);
            Assert.Empty(file.Check());
            await file.AppendAsync("{\"n\":9}"u8.ToArray(), CancellationToken.None);
            Assert.Equal("{\"n\":9}", Encoding.UTF8.GetString(file.Read().Last()));
        }
    }

    [Fact]
    public async Task A_flipped_last_newline_costs_no_entry()
    {
        (await FilledAsync(3)).Dispose();
        TestLog.Flip(Path1, new FileInfo(Path1).Length - 1);
        using var file = ProofFile.Open(Path1);
        Assert.Equal(3, file.Count);
        Assert.Empty(file.Check());
    }

    [Fact]
    public async Task Refuses_to_append_behind_a_damaged_last_entry_until_it_is_rewritten()
    {
        (await FilledAsync(3)).Dispose();
        TestLog.Flip(Path1, new FileInfo(Path1).Length - 3);
        using var file = ProofFile.Open(Path1);
        await Assert.ThrowsAsync<StorageFailedException>(() => file.AppendAsync("{}"u8.ToArray(), CancellationToken.None));
        Assert.NotEmpty(file.Check());
        await file.RewriteAsync(file.State, [.. Enumerable.Range(0, 3).Select(i => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes($"{{\"n\":{i}}}")))], "{}", CancellationToken.None);
        Assert.Empty(file.Check());
        Assert.Equal(3, await file.AppendAsync("{}"u8.ToArray(), CancellationToken.None));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "quarantine"), "bytes", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Keeps_what_was_appended_while_the_repair_was_made_ready()
    {
        using var file = await FilledAsync(3);
        TestLog.Flip(Path1, 70);
        var seen = file.State;
        await file.AppendAsync("{\"n\":3}"u8.ToArray(), CancellationToken.None);
        await file.AppendAsync("{\"n\":4}"u8.ToArray(), CancellationToken.None);
        await file.RewriteAsync(seen, [Encoding.UTF8.GetBytes("{\"n\":0}")], "{}", CancellationToken.None);
        Assert.Equal(["{\"n\":0}", "{\"n\":3}", "{\"n\":4}"], file.Read().Select(Encoding.UTF8.GetString));
        Assert.Equal(3, file.Count);
        Assert.Empty(file.Check());
    }

    [Fact]
    public async Task Changes_nothing_when_what_was_appended_meanwhile_is_damaged_or_the_file_was_written_anew()
    {
        using var file = await FilledAsync(3);
        var seen = file.State;
        await file.AppendAsync("{\"n\":3}"u8.ToArray(), CancellationToken.None);
        TestLog.Flip(Path1, new FileInfo(Path1).Length - 3);
        var before = await File.ReadAllBytesAsync(Path1);
        await Assert.ThrowsAsync<StorageException>(() => file.RewriteAsync(seen, [], "{}", CancellationToken.None));
        Assert.Equal(before, await File.ReadAllBytesAsync(Path1));
        await file.RewriteAsync(file.State, [], "{}", CancellationToken.None);
        await Assert.ThrowsAsync<StorageException>(() => file.RewriteAsync(seen, [], "{}", CancellationToken.None));
        Assert.Empty(file.Check());
    }

    [Fact]
    public async Task Readers_never_see_fewer_entries_while_it_is_written_anew()
    {
        using var file = await FilledAsync(50);
        var entries = file.Read().Select(payload => new ReadOnlyMemory<byte>(payload)).ToList();
        using var enough = new CancellationTokenSource();
        var least = Task.Run(() =>
        {
            var fewest = file.Count;
            while (!enough.IsCancellationRequested) fewest = Math.Min(fewest, file.Count);
            return fewest;
        });
        for (var i = 0; i < 20; i++) await file.RewriteAsync(file.State, entries, "{}", CancellationToken.None);
        await enough.CancelAsync();
        Assert.Equal(50, await least);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task Refuses_what_is_no_line(string payload)
    {
        using var file = ProofFile.Open(Path1);
        await Assert.ThrowsAsync<ArgumentException>(() => file.AppendAsync(Encoding.UTF8.GetBytes(payload), CancellationToken.None));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_file_as_it_was()
    {
        var medium = new FaultyMedium { Kind = FaultKind.Full };
        using var file = ProofFile.Open(Path1, medium, TimeProvider.System);
        await file.AppendAsync("{}"u8.ToArray(), CancellationToken.None);
        medium.FailIf = (what, _) => what == "write";
        await Assert.ThrowsAsync<StorageFullException>(() => file.AppendAsync("{}"u8.ToArray(), CancellationToken.None));
        medium.FailIf = null;
        Assert.Empty(file.Check());
        Assert.Equal(1, await file.AppendAsync("{}"u8.ToArray(), CancellationToken.None));
    }

    private async Task<ProofFile> FilledAsync(int count)
    {
        var file = ProofFile.Open(Path1);
        for (var i = 0; i < count; i++) Assert.Equal(i, await file.AppendAsync(Encoding.UTF8.GetBytes($"{{\"n\":{i}}}"), CancellationToken.None));
        return file;
    }
}
