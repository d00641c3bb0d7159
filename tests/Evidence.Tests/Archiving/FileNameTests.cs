using System.Text;
using System.Text.RegularExpressions;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Grpc.Core;

namespace Evidence.Tests.Archiving;

/// <summary>Names of files as people give them: kept to the byte, given back to the byte, and never a path.</summary>
public sealed partial class FileNameTests : IAsyncLifetime
{
    private static readonly byte[][] Names =
    [
        "é.txt"u8.ToArray(), // composed (NFC)
        "e\u0301.txt"u8.ToArray(), // decomposed (NFD)
        Encoding.UTF8.GetBytes(new string('档', 85)), // 255 bytes
        "two\nlines\r.txt"u8.ToArray(),
        "\u202etxt.exe"u8.ToArray(), // right to left
        "👩\u200d👩\u200d👧.png"u8.ToArray(),
        [(byte)'a', 0xff, 0xfe, (byte)'z'], // not UTF-8
        "CON"u8.ToArray(),
        "seal-0.json"u8.ToArray(),
        "c0001"u8.ToArray(),
        "..\\..\\etc"u8.ToArray(),
        "..."u8.ToArray(),
        " "u8.ToArray(),
        "-rf"u8.ToArray(),
        "\u001b[2J.txt"u8.ToArray(),
    ];

    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Any_name_comes_back_as_it_was_given_and_stands_on_no_path_of_the_node()
    {
        var upload = Upload.Begun();
        for (var i = 0; i < Names.Length; i++) upload.Part(V1.PartRole.Content, [(byte)i], Names[i]);
        var record = (await upload.SendAsync(_node)).Record;

        var parts = (await _node.Client.GetRecordAsync(record, CancellationToken.None)).Parts.Where(p => p.Role == V1.PartRole.Content).ToList();
        Assert.Equal(Names, parts.Select(p => p.FileName.ToByteArray()));
        foreach (var path in Directory.EnumerateFileSystemEntries(_node.DataFolder, "*", SearchOption.AllDirectories)) Assert.Matches(ServerName(), Path.GetFileName(path));
        var volume = await File.ReadAllBytesAsync(Directory.GetFiles(_node.DataFolder, "v0000000001.tar", SearchOption.AllDirectories).Single());
        Assert.All(Members(volume), member => Assert.Matches(MemberName(), member));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b")]
    public async Task A_path_is_no_name(string name) =>
        Assert.Equal(StatusCode.InvalidArgument, (await Upload.Of([1], name).RefusedAsync(_node)).StatusCode);

    [Fact]
    public async Task The_command_line_shows_names_so_that_they_cannot_act_and_gives_them_whole_as_json()
    {
        foreach (var name in Names)
        {
            var record = (await Upload.Begun().Part(V1.PartRole.Content, [7], name).SendAsync(_node)).Record;
            var shown = await CommandRun.Of("get", record, "--node", _node.Address.AbsoluteUri);
            Assert.Equal(0, shown.Code);
            Assert.DoesNotContain('\u202e', shown.Output);
            Assert.DoesNotContain("\u001b[2J", shown.Output, StringComparison.Ordinal);
            var part = (await CommandRun.Of("get", record, "--json", "--node", _node.Address.AbsoluteUri)).Json["parts"]![0]!;
            var given = part["fileNameBase64"] is { } base64 ? Convert.FromBase64String((string)base64!) : Encoding.UTF8.GetBytes((string)part["fileName"]!);
            Assert.Equal(name, given);
        }
    }

    [Fact]
    public async Task The_command_line_writes_a_part_where_it_is_told_and_nowhere_else()
    {
        using var folder = new TemporaryFolder();
        var record = (await Upload.Of([1, 2, 3], "..\\..\\evil").SendAsync(_node)).Record;
        Assert.Equal(0, (await CommandRun.Of("get", record, "-o", folder.At("out"), "--node", _node.Address.AbsoluteUri)).Code);
        Assert.Equal([folder.At("out")], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(folder.At("out")));
    }

    private static IEnumerable<string> Members(byte[] tar)
    {
        for (var at = 0; at < tar.Length && tar[at] != 0;)
        {
            var header = tar.AsSpan(at, 512);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(header.Slice(124, 11)), 8);
            var name = Encoding.ASCII.GetString(header[..header.IndexOf((byte)0)]);
            at += 512 + ((size + 511) / 512 * 512);
            yield return name;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]+$")]
    private static partial Regex ServerName();

    [GeneratedRegex(@"^v\d{10}/data/[0-9a-f-]{36}/([csktm]\d{4}|seal-\d+\.json)$")]
    private static partial Regex MemberName();
}
