using System.Text.Json;
using Evidence.Client;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Tests.Nodes;
using Evidence.V1;

namespace Evidence.Tests.Hosting;

public sealed class NodeHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private NodeIdentity Init()
    {
        var node = NodeInitializer.Init(_folder.Path, new NodeInitOptions("n1", Listen: "http://127.0.0.1:0"));
        OpenDoor.In(node.ConfigFile);
        return node;
    }

    private async Task RunAsync(string config, Func<string, Task> whileItRuns)
    {
        using var stop = new CancellationTokenSource();
        var listen = _folder.At("data", "listen.txt");
        var running = NodeHost.RunAsync(config, static _ => { }, stop.Token);
        await Eventually.TrueAsync(() => running.IsCompleted || File.Exists(listen), "the node listens");
        if (!running.IsCompleted) await whileItRuns(File.ReadAllText(listen).Trim());
        await stop.CancelAsync();
        await running;
        Assert.False(File.Exists(listen));
    }

    [Fact]
    public async Task Answers_calls_at_the_address_in_listen_txt_and_stops_when_asked()
    {
        var node = Init();
        await RunAsync(node.ConfigFile, async address =>
        {
            Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal);
            using var client = new EvidenceClient(address);
            Assert.Equal(0UL, (await client.Archive.ListRecordsAsync(new ListRecordsRequest())).Total);
        });
        await RunAsync(node.ConfigFile, address => Task.FromResult(address));
    }

    [Fact]
    public async Task Writes_a_log_of_JSON_lines_without_secrets()
    {
        var node = Init();
        await RunAsync(node.ConfigFile, address => Task.FromResult(address));
        var lines = File.ReadAllLines(_folder.At("data", "node.log"));
        Assert.NotEmpty(lines);
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
        foreach (var key in Directory.EnumerateFiles(_folder.At("keys")).Where(static file => new FileInfo(file).Length > 0))
            Assert.DoesNotContain(lines, line => line.Contains(File.ReadAllText(key).Trim(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Keeps_its_data_from_other_users()
    {
        await RunAsync(Init().ConfigFile, address => Task.FromResult(address));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.At("data")));
    }

    [Fact]
    public async Task Serves_over_TLS_where_it_is_configured()
    {
        using var signer = TestSigner.WithEcdsa();
        var node = Init();
        File.WriteAllText(_folder.At("tls.pem"), System.Text.Encoding.ASCII.GetString(signer.CertificatePem));
        File.WriteAllText(_folder.At("tls.key"), signer.PrivateKeyPem);
        File.SetUnixFileMode(_folder.At("tls.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(node.ConfigFile, """{"name":"n1","origin":"evidence.local/n1","listen":"https://127.0.0.1:0","tls":{"certificate":"tls.pem","key":"tls.key"}}""");
        await RunAsync(node.ConfigFile, async address =>
        {
            Assert.StartsWith("https://", address, StringComparison.Ordinal);
            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, _, _, _) => true };
            using var http = new HttpClient(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await http.SendAsync(request);
            Assert.Equal(new Version(2, 0), response.Version);
        });
    }
}
