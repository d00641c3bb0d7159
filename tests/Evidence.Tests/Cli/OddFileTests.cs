using System.Diagnostics;
using System.Net.Sockets;
using Evidence.Cli;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Cli;

/// <summary>What lies in a folder and is no file.</summary>
public sealed class OddFileTests
{
    [Fact]
    public async Task Waits_for_no_pipe_that_is_named_as_a_configuration_or_as_what_is_trusted()
    {
        using var files = new TemporaryFolder();
        using (var made = Process.Start("mkfifo", files.At("a.pipe"))) await made.WaitForExitAsync();
        var pipe = files.At("a.pipe");
        foreach (var command in (string[][])[["verify", "/etc/hostname", "--trust", pipe], ["backup", "--config", pipe, "--to", files.Path], ["node", "run", "--config", pipe], ["drill", "--from", files.Path, "--into", files.At("into"), "--trust", pipe]])
        {
            var run = await Task.Run(() => CommandRun.Of(command)).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.Contains("is a pipe", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Files_the_files_of_a_folder_and_says_of_pipes_sockets_and_devices_that_they_are_none()
    {
        using var files = new TemporaryFolder();
        await using var node = await TestNode.StartNewAsync();
        File.WriteAllText(files.At("a.txt"), "1");
        using (var made = Process.Start("mkfifo", files.At("b.pipe"))) await made.WaitForExitAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(files.At("c.socket")));
        File.CreateSymbolicLink(files.At("d.device"), "/dev/zero");
        File.WriteAllText(files.At("z.txt"), "2");

        var run = await CommandRun.Of("archive", "-r", files.Path, "--json", "--node", node.Client.Address).WaitAsync(TimeSpan.FromSeconds(60)); // a pipe would hold it up for ever

        Assert.Equal(ExitCode.Usage, run.Code);
        var records = run.Json["records"]!.AsArray();
        Assert.Equal(["a.txt", "z.txt"], records.Where(r => r!["record"] is not null).Select(r => Path.GetFileName((string)r!["file"]!)));
        var others = records.Where(r => r!["error"] is not null).ToDictionary(r => Path.GetFileName((string)r!["file"]!), r => (string)r!["error"]!);
        Assert.Equal(["b.pipe", "c.socket", "d.device"], others.Keys.Order(StringComparer.Ordinal));
        Assert.All(others.Values, error => Assert.Contains("no regular file", error, StringComparison.Ordinal));
        Assert.Equal(2UL, node.Logs.Own.Size);
    }

    [Fact]
    public async Task Files_what_a_link_leads_to_under_the_name_of_the_link()
    {
        using var files = new TemporaryFolder();
        await using var node = await TestNode.StartNewAsync();
        var content = new byte[300_000];
        File.WriteAllBytes(files.At("target.bin"), content);
        File.CreateSymbolicLink(files.At("relative.bin"), "target.bin");
        File.CreateSymbolicLink(files.At("absolute.bin"), files.At("relative.bin"));

        foreach (var name in (string[])["relative.bin", "absolute.bin"])
        {
            var run = await CommandRun.Of("archive", files.At(name), "--json", "--node", node.Client.Address);
            Assert.Equal(ExitCode.Intact, run.Code);
            var record = await node.Client.GetRecordAsync((string)run.Json["records"]![0]!["record"]!, CancellationToken.None);
            Assert.Equal(name, record.Parts[0].FileName.ToStringUtf8());
            Assert.Equal((ulong)content.Length, (ulong)record.Parts[0].Size);
        }
    }
}
