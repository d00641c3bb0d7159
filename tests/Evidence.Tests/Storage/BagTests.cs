using System.Diagnostics;
using System.Globalization;
using System.Text;
using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class BagTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_closed_volume_unpacks_with_tar_and_checks_with_sha256sum(bool staged)
    {
        await using var log = await ClosedAsync(staged);
        var folder = Path.Combine(log.Folder, "unpacked");
        Directory.CreateDirectory(folder);
        Assert.Equal(0, Run("tar", "xf", log.VolumePath(), "-C", folder));
        var bag = Path.Combine(folder, "v0000000001");
        Assert.Equal(0, Run("sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt", bag));
        Assert.Equal(0, Run("sha256sum", "--strict", "--quiet", "-c", "tagmanifest-sha256.txt", bag));
        AssertStructure(bag);
    }

    [Fact]
    public async Task An_open_volume_unpacks_with_tar()
    {
        await using var log = await new TestLog().OpenAsync();
        var (seal, _) = await log.AppendAsync([1, 2, 3]);
        Assert.Equal(0, Run("tar", "xf", log.VolumePath(), "-C", log.Folder));
        var record = Path.Combine(log.Folder, "v0000000001", "data", seal.Record.ToString());
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Path.Combine(record, "c0001")));
        Assert.Equal(seal.Encode(), await File.ReadAllBytesAsync(Path.Combine(record, "seal-0.json")));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(seal.Received.ToUnixTimeSeconds()).UtcDateTime, File.GetLastWriteTimeUtc(Path.Combine(record, "c0001")));
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(10)] // staged
    public async Task A_record_of_many_parts_and_of_empty_ones_is_a_sound_bag(int buffer)
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 1_000_000, BufferBytes = buffer }).OpenAsync();
        await log.AppendAsync([.. Enumerable.Range(0, 400).Select(i => TestLog.Content(i, i % 3 == 0 ? 0 : i))]);
        if (!log.Store.Volumes[0].Closed) await log.AppendAsync(TestLog.Content(1, 700_000));
        await log.CloseAsync(); // a volume that was full is closed by then
        var folder = Path.Combine(log.Folder, "unpacked");
        Directory.CreateDirectory(folder);
        Assert.Equal(0, Run("tar", "xf", log.VolumePath(), "-C", folder));
        var bag = Path.Combine(folder, "v0000000001");
        Assert.Equal(0, Run("sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt", bag));
        Assert.Equal(0, Run("sha256sum", "--strict", "--quiet", "-c", "tagmanifest-sha256.txt", bag));
        AssertStructure(bag);
        Assert.Equal(402, Directory.GetFiles(Path.Combine(bag, "data"), "*", SearchOption.AllDirectories).Length);
    }

    // RFC 8493, section 4.2: a serialized bag is one folder, named as the archive is.
    [Fact]
    public async Task A_volume_lists_one_folder_of_its_own_name_each_member_once_and_the_seal_last()
    {
        await using var log = await ClosedAsync(staged: false);
        var open = log.Store.Volumes[^1].Number;
        foreach (var number in (uint[])[1, open])
        {
            var members = Output("tar", "-tf", log.VolumePath(number)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.All(members, m => Assert.StartsWith($"v{number:D10}/", m, StringComparison.Ordinal));
            Assert.Equal(members.Length, members.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(members.Where(m => m.Contains("/data/", StringComparison.Ordinal)).GroupBy(m => Path.GetDirectoryName(m)), record => Assert.Contains("/seal-", record.Last(), StringComparison.Ordinal));
            Assert.Equal(number == 1 ? 4 : 0, members.Count(m => !m.Contains("/data/", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Tar_reads_a_size_over_8_GiB_from_the_pax_header()
    {
        var path = Path.GetTempFileName();
        const long Size = (1L << 33) + 5;
        using (var file = File.OpenWrite(path))
        {
            var header = new byte[MemberHeader.MaxLength];
            Assert.Equal(header.Length, MemberHeader.Write(header, "v0000000001/data/x/c0001", Size, 1_790_000_000));
            Assert.True(MemberHeader.TryRead(header, out var read));
            Assert.Equal(("v0000000001/data/x/c0001", Size, 1_790_000_000L, header.Length), (read.Path, read.Size, read.Mtime, read.Length));
            file.Write(header);
            file.SetLength(header.Length + TarBlock.RoundUp(Size) + TarBlock.EndSize); // sparse
        }

        Assert.Equal($"-rw-r--r-- 0/0 {Size} 2026-09-21 14:13:20 v0000000001/data/x/c0001\n".Replace(" ", "", StringComparison.Ordinal), Output("tar", "--utc", "--full-time", "-tvf", path).Replace(" ", "", StringComparison.Ordinal));
        File.Delete(path);
    }

    [Fact]
    public void Reads_no_header_that_it_would_not_write()
    {
        var block = new byte[512];
        new TarHeader("v0000000001/data/x/c0001", 1234, 1_790_000_000, TarHeader.File).Write(block);
        Assert.True(TarHeader.TryRead(block, out _));
        for (var at = 0; at < block.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                block[at] ^= (byte)(1 << bit);
                Assert.False(TarHeader.TryRead(block, out _), $"byte {at} bit {bit}");
                block[at] ^= (byte)(1 << bit);
            }
        }
    }

    private static async Task<TestLog> ClosedAsync(bool staged)
    {
        var log = await new TestLog(new LogStoreOptions { VolumeBytes = 12_000, BufferBytes = staged ? 10 : 1 << 20 }).OpenAsync();
        await log.AppendAsync(TestLog.Content(0, 700), []);
        if (!staged) await log.AppendManyAsync(5, 700);
        await log.ReopenAsync(); // a volume that was full is closed by then
        Assert.True(log.Store.Volumes[0].Closed);
        return log;
    }

    // RFC 8493, sections 2.1 and 2.2.
    private static void AssertStructure(string bag)
    {
        Assert.Equal("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", File.ReadAllText(Path.Combine(bag, "bagit.txt")));
        var payload = Directory.GetFiles(Path.Combine(bag, "data"), "*", SearchOption.AllDirectories);
        var listed = File.ReadAllLines(Path.Combine(bag, "manifest-sha256.txt")).Select(l => Path.Combine(bag, l[66..])).ToArray();
        Assert.Equal(payload.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        var oxum = string.Create(CultureInfo.InvariantCulture, $"Payload-Oxum: {payload.Sum(p => new FileInfo(p).Length)}.{payload.Length}");
        Assert.Equal(["Bagging-Date: 2026-09-21", "External-Identifier: evidence.test/log/v0000000001", oxum], File.ReadAllLines(Path.Combine(bag, "bag-info.txt")));
        Assert.Equal(["bagit.txt", "bag-info.txt", "manifest-sha256.txt"], File.ReadAllLines(Path.Combine(bag, "tagmanifest-sha256.txt")).Select(l => l[66..]));
        Assert.All(Directory.GetFiles(Path.Combine(bag, "data"), "seal-*", SearchOption.AllDirectories), p => Seal.Parse(File.ReadAllBytes(p)));
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string Output(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        return process.StandardOutput.ReadToEnd();
    }

    // sha256sum runs in the folder that is its last argument.
    private static Process Start(string program, string[] arguments)
    {
        var inFolder = program == "sha256sum";
        var start = new ProcessStartInfo(program, inFolder ? arguments[..^1] : arguments) { RedirectStandardOutput = true, WorkingDirectory = inFolder ? arguments[^1] : "" };
        start.StandardOutputEncoding = Encoding.UTF8;
        return Process.Start(start)!;
    }
}
