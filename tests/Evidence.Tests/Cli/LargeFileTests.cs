using Evidence.Cli.Archiving;
using Evidence.Core;
using Evidence.Tests.Nodes;
using Evidence.V1;

namespace Evidence.Tests.Cli;

/// <summary>Large files on the command line, against a whole node.</summary>
public sealed class LargeFileTests : IAsyncLifetime
{
    private readonly TemporaryFolder _files = new();
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartNewAsync();
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _files.At("state"));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _files.Dispose();
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.Of([.. arguments, "--node", _node.Client.Address]);

    private string Large(string name)
    {
        File.WriteAllBytes(_files.At(name), Storage.TestLog.Content(9, (int)LargeFile.From));
        return _files.At(name);
    }

    private string[] Notes() => Directory.Exists(_files.At("state")) ? Directory.GetFiles(_files.At("state"), "*", SearchOption.AllDirectories) : [];

    // What a run of the command leaves that was ended after half of the file.
    private async Task<string> BreakOffAsync(string path)
    {
        var file = SignatureFiles.Beside(new FileInfo(path));
        var draft = DraftBuilder.Make(file, "林", new Description { Title = Path.GetFileName(path) });
        var upload = await _node.Client.CreateUploadAsync(draft, CancellationToken.None);
        UploadNote.Of(_node.Client.Address, file, draft).Write(upload);
        var broken = draft with { Parts = [draft.Parts[0] with { Open = () => new InterruptedStream(File.ReadAllBytes(path), (int)LargeFile.From / 2, () => throw new IOException("broken off")) }] };
        await Assert.ThrowsAsync<IOException>(() => _node.Client.SendUploadAsync(upload, broken, null, CancellationToken.None));
        return upload;
    }

    [Fact]
    public async Task Goes_on_with_an_upload_of_a_run_before_and_forgets_it_when_it_is_done()
    {
        var path = Large("large.bin");
        var upload = await BreakOffAsync(path);
        var listed = Assert.Single((await RunAsync("uploads", "--json")).Json["uploads"]!.AsArray());
        Assert.Equal((upload, "林", "large.bin"), ((string?)listed!["upload"], (string?)listed["submitter"], (string?)listed["file"]));

        var run = await RunAsync("archive", path, "--submitter", "林");
        Assert.Equal(0, run.Code);
        Assert.Contains($"going on with the upload {upload}", run.Output, StringComparison.Ordinal);
        Assert.Contains("% of 67 MB", run.Output, StringComparison.Ordinal);
        Assert.Empty(Notes());
        var record = await _node.Client.GetRecordAsync(upload, CancellationToken.None);
        Assert.Equal(Digest.Of(File.ReadAllBytes(path)), new Digest(record.Parts[0].Sha256.Span));
    }

    [Fact]
    public async Task Begins_anew_when_the_file_was_changed_or_the_node_has_forgotten()
    {
        var path = Large("large.bin");
        var upload = await BreakOffAsync(path);
        File.AppendAllText(path, "more");
        var changed = (await RunAsync("archive", path, "--submitter", "林", "--json")).Json["records"]![0]!;
        Assert.NotEqual(upload, (string?)changed["record"]);

        Assert.Equal(0, (await RunAsync("uploads", "--remove", upload)).Code);
        Assert.Equal(2, (await RunAsync("uploads", "--remove", upload)).Code);
        Assert.Empty((await RunAsync("uploads", "--json")).Json["uploads"]!.AsArray());
    }

    [Fact]
    public async Task Leaves_no_upload_behind_that_the_node_refuses()
    {
        await _node.StopAsync();
        _node.Edit(json => json["requireSignature"] = true);
        await _node.StartAsync();
        var refused = await RunAsync("archive", Large("unsigned.bin"), "--json");
        Assert.Equal(1, refused.Code);
        Assert.Contains("no signature", refused.Json["records"]![0]!["refused"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty((await RunAsync("uploads", "--json")).Json["uploads"]!.AsArray());
        Assert.Empty(Notes());
    }
}
