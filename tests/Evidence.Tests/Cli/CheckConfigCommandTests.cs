using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Node.Configuration;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Cli;

/// <summary>`evidence node init` and `evidence node check-config`, which says what a start would refuse.</summary>
public sealed class CheckConfigCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("https://0.0.0.0:0")]
    public async Task Finds_nothing_wrong_with_a_new_node(string listen)
    {
        var made = await CommandRun.Of("node", "init", _folder.At("n"), "--name", "n1", "--listen", listen, "--json");
        Assert.Equal(ExitCode.Intact, made.Code);
        Assert.Matches("^[0-9a-f]{64}$", made.Json["certificateSha256"]!.GetValue<string>());
        foreach (var file in Directory.GetFiles(_folder.At("n", "keys")))
            if (!file.EndsWith(".lock", StringComparison.Ordinal)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Matches("^evt_.{43}\n$", File.ReadAllText(made.Json["administratorTokenFile"]!.GetValue<string>()));
        Assert.DoesNotContain("evt_", made.Output, StringComparison.Ordinal);
        var again = await CommandRun.Of("node", "init", _folder.At("n"), "--name", "n1", "--listen", listen, "--json");
        Assert.Equal(made.Output, again.Output);

        var check = await CommandRun.Of("node", "check-config", _folder.At("n", "node.json"), "--json");
        Assert.Equal((ExitCode.Intact, 0, 0), (check.Code, check.Json["errors"]!.AsArray().Count, check.Json["undetermined"]!.AsArray().Count));
    }

    [Fact]
    public async Task Says_everything_at_once()
    {
        var node = NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1", Listen: "https://127.0.0.1:0"));
        var json = JsonNode.Parse(File.ReadAllText(node.ConfigFile))!.AsObject();
        json["listn"] = "x";
        json["sweep"] = new JsonObject { ["everySeconds"] = -1 };
        json["peers"] = new JsonArray(new JsonObject { ["name"] = "n2", ["address"] = "https://127.0.0.1:1", ["certificate"] = "node.json" });
        json["ledger"] = new JsonObject { ["endpoints"] = new JsonArray("http://127.0.0.1:1"), ["chainId"] = 1, ["contract"] = "0x" + new string('0', 40) };
        File.WriteAllText(node.ConfigFile, json.ToJsonString());
        var keys = _folder.At("n", "keys");
        File.WriteAllText(Path.Combine(keys, "tokens.json"), "{");
        File.SetUnixFileMode(Path.Combine(keys, "tls.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        File.Delete(Path.Combine(keys, "operator.key"));

        var check = await CommandRun.Of("node", "check-config", node.ConfigFile, "--json");
        Assert.Equal(ExitCode.Usage, check.Code);
        var errors = check.Json["errors"]!.AsArray().Select(error => error!.GetValue<string>()).ToList();
        foreach (var part in (string[])["listn", "sweep.everySeconds", "no certificate", "not JSON", "tls.key", "operator.key"])
            Assert.Contains(errors, error => error.Contains(part, StringComparison.Ordinal));
        Assert.Contains("ledger", check.Json["undetermined"]!.AsArray().Single()!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("chmod 600", (await CommandRun.Of("node", "check-config", node.ConfigFile)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_know_who_listens_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var node = NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1", Listen: $"http://{listener.LocalEndpoint}"));
        var check = await CommandRun.Of("node", "check-config", node.ConfigFile, "--json");
        Assert.Equal(ExitCode.Intact, check.Code);
        Assert.Contains("listens", check.Json["undetermined"]!.AsArray().Single()!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("node", "check-config", _folder.At("none.json"))).Code);
    }
}
