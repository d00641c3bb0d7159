using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence node`: makes and runs a node.</summary>
internal static class NodeCommand
{
    private static readonly Argument<DirectoryInfo> Folder = new("DIR") { Description = "Folder of the new node; made when it is missing. 节点目录" };

    private static readonly Option<string> Name = new("--name") { Description = "The node's name. 节点名称", HelpName = "NAME", Required = true };

    private static readonly Option<string?> Origin = new("--origin") { Description = "Name of its log; else evidence.local/NAME.", HelpName = "ORIGIN" };

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "Address to listen on; port 0 takes a free one.",
        HelpName = "URL",
        DefaultValueFactory = _ => "http://127.0.0.1:7401",
    };

    private static readonly Option<FileInfo> Config = new("--config") { Description = "The node's node.json. 配置文件", HelpName = "FILE", Required = true };

    internal static Command Make(Runner runner) => new("node", "Make, check, run, reindex or restore a node, or rotate its log's key. 节点") { Init(runner), Run(runner), ReindexCommand.Make(runner, Config), RestoreCommand.Make(runner, Config), RotateKeyCommand.Make(runner, Config), CheckConfigCommand.Make(runner) };

    private static Command Init(Runner runner)
    {
        var command = new Command("init", "Make keys, TLS certificate, an administrator's token and node.json for a new node; what is there already is kept. 初始化节点") { Folder, Name, Origin, Listen };
        command.SetAction((parse, ct) => runner((session, _) => Task.FromResult(Init(session)), parse, ct));
        return command;
    }

    private static Command Run(Runner runner)
    {
        var command = new Command("run", "Run a node until it is told to stop (Ctrl-C, SIGTERM). With --json one document a line: {\"ready\":URL} once calls are answered, and in the end {\"stopped\":true} or the error. 运行节点") { Config };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static Answer Init(Session session)
    {
        var options = new NodeInitOptions(session.Get(Name), session.Get(Origin), session.Get(Listen));
        var node = NodeInitializer.Init(session.Get(Folder).FullName, options, session.Time);
        return new Answer(ExitCode.Intact, ToJson(node), console => Show(console, node));
    }

    // A node that was told to stop has ended well; its own log, not an answer, says what it did.
    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        session.JsonLines = true;
        await NodeHost.RunAsync(session.Get(Config).FullName, address => SayReady(session, address.AbsoluteUri.TrimEnd('/')), ct);
        return new Answer(ExitCode.Intact, new JsonObject { ["stopped"] = true }, _ => { });
    }

    private static void SayReady(Session session, string address)
    {
        try
        {
            if (session.Json) session.WriteLine(new JsonObject { ["ready"] = address });
            else session.Say($"ready {address}");
        }
        catch (CliException)
        {
            // Nobody hears it, and the node serves all the same; listen.txt names the address too.
        }
    }

    private static JsonObject ToJson(NodeIdentity node) => new()
    {
        ["config"] = node.ConfigFile,
        ["name"] = node.Name,
        ["origin"] = node.Origin,
        ["logKey"] = node.LogKey,
        ["currentLogKey"] = node.CurrentLogKey,
        ["logId"] = node.LogId,
        ["witnessKey"] = node.WitnessKey,
        ["operator"] = node.OperatorAddress,
        ["certificateSha256"] = node.CertificateSha256,
        ["administratorTokenFile"] = node.AdministratorTokenFile,
    };

    private static void Show(IAnsiConsole console, NodeIdentity node)
    {
        console.WriteLine($"node {node.Name}: {node.ConfigFile}");
        console.WriteLine($"  log key          {node.LogKey}");
        if (node.CurrentLogKey != node.LogKey) console.WriteLine($"  rotated to       {node.CurrentLogKey}");
        console.WriteLine($"  log id           {node.LogId}");
        console.WriteLine($"  witness key      {node.WitnessKey}");
        console.WriteLine($"  ledger operator  {node.OperatorAddress}");
        if (node.CertificateSha256 is { } certificate) console.WriteLine($"  tls certificate  sha256 {certificate}");
        if (node.AdministratorTokenFile is { } token) console.WriteLine($"  administrator    token in {token}");
        console.WriteLine("Next: add \"ledger\", \"peers\" and \"trust\" to node.json, have the log registered on the ledger, and run");
        console.WriteLine($"  evidence node run --config {node.ConfigFile}");
    }
}
