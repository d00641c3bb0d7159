using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json.Nodes;
using Evidence.Cli.Commands;
using Evidence.Core;

namespace Evidence.Cli;

/// <summary>The command line `evidence`: its commands, and how a run of one ends.</summary>
internal static class EvidenceCommand
{
    private const string DefaultNode = "http://127.0.0.1:7401";

    internal static readonly Option<string> Node = new("--node")
    {
        Description = $"Address of the node; else the environment's EVIDENCE_NODE, else {DefaultNode}. 节点地址",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("EVIDENCE_NODE") is { Length: > 0 } url ? url : DefaultNode,
    };

    internal static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON document and nothing else; commands that go on and on print one a line. 仅输出 JSON",
        Recursive = true,
    };

    internal static readonly Option<FileInfo?> TokenFile = FromEnvironment("--token-file", "EVIDENCE_TOKEN_FILE", "File (mode 0600) whose first line is the token for the node. 令牌文件");

    internal static readonly Option<FileInfo?> ClientCertificate = FromEnvironment("--client-certificate", "EVIDENCE_CLIENT_CERTIFICATE", "Certificate (PEM) to show to the node. 客户端证书");

    internal static readonly Option<FileInfo?> ClientKey = FromEnvironment("--client-key", "EVIDENCE_CLIENT_KEY", "Key (PEM, mode 0600) of that certificate. 客户端私钥");

    internal static readonly Option<FileInfo?> ServerCa = FromEnvironment("--server-ca", "EVIDENCE_SERVER_CA", "Certificate (PEM) that the node must have, or that of its authority. 服务器证书");

    /// <summary>Carries out one command line.</summary>
    internal static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, TimeProvider time, CancellationToken ct)
    {
        var root = Root((run, parse, token) => RunOneAsync(run, parse, output, error, time, token));
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            return Fail(parsed.GetValue(Json), lines: false, output, error, CliException.Usage(string.Join(' ', parsed.Errors.Select(e => e.Message)) + " See --help."));
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromMinutes(1), // a node that is told to stop finishes what it has begun
        };
        try
        {
            return await parsed.InvokeAsync(invocation, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(json: false, lines: false, output, error, new CliException(ExitCode.Undetermined, $"the help cannot be written: {e.Message}"));
        }
    }

    // Not a RootCommand: that one takes its name from the file of the program, and people call it `evidence`.
    private static Command Root(Runner runner)
    {
        var root = new Command(
            "evidence",
            "Files records, proves them, and runs the node that keeps them. 电子文件存证：归档、验证、监测。\n" +
            "Exit codes: 0 intact or done, 1 altered or refused, 2 usage, 3 unreachable, 4 undetermined.");
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        root.Options.Add(Node);
        root.Options.Add(Json);
        foreach (var option in new[] { TokenFile, ClientCertificate, ClientKey, ServerCa }) root.Options.Add(option);
        foreach (var command in new[]
        {
            ArchiveCommand.Make(runner), GetCommand.Make(runner), ListCommand.Make(runner), VerifyCommand.Make(runner),
            PackageCommand.Make(runner), AnchorsCommand.Make(runner), AuditCommand.Make(runner), ProofCommand.Make(runner), SweepCommand.Make(runner), SweepsCommand.Make(runner),
            AlertsCommand.Make(runner), RepairsCommand.Make(runner), EventsCommand.Make(runner), ReplicasCommand.Make(runner), UploadsCommand.Make(runner), NodeCommand.Make(runner), TokenCommand.Make(runner), BackupCommand.Make(runner), DrillCommand.Make(runner), LedgerCommand.Make(runner),
        })
            root.Subcommands.Add(command);
        return root;
    }

    private static async Task<int> RunOneAsync(
        Func<Session, CancellationToken, Task<Answer>> run, ParseResult parse, TextWriter output, TextWriter error, TimeProvider time, CancellationToken ct)
    {
        using var session = new Session(parse, output, error, time);
        try
        {
            var answer = await run(session, ct);
            session.Write(answer);
            return answer.Code;
        }
        catch (Exception e)
        {
            return Fail(session.Json, session.JsonLines, output, error, Failure.Explain(e));
        }
    }

    /// <summary>Where neither output takes the reason, the exit code alone says it.</summary>
    private static int Fail(bool json, bool lines, TextWriter output, TextWriter error, CliException failure)
    {
        if (!json || !TryWrite(output, JsonText.Format(new JsonObject { ["error"] = failure.Message, ["exitCode"] = failure.Code }, lines)))
            TryWrite(error, string.Join(Environment.NewLine + "  ", $"evidence: {failure.Message}".Split('\n').Select(PlainText.Of)));
        return failure.Code;
    }

    private static Option<FileInfo?> FromEnvironment(string name, string variable, string description) => new(name)
    {
        Description = $"{description} Else the environment's {variable}.",
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file ? new FileInfo(file) : null,
    };

    private static bool TryWrite(TextWriter writer, string text)
    {
        try
        {
            writer.WriteLine(text);
            writer.Flush();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>Runs a command's own work within a session and ends with its exit code.</summary>
internal delegate Task<int> Runner(Func<Session, CancellationToken, Task<Answer>> run, ParseResult parse, CancellationToken ct);
