using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Cli.Archiving;
using Grpc.Core;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence archive`: files each named file as a record of its own.</summary>
internal static class ArchiveCommand
{
    private const int AtOnce = 8;

    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Files to archive. A signature beside a file goes with it: FILE.p7s (CMS), or FILE.sig with the signer's certificates in FILE.pem. 待归档文件",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<FileInfo?> Signature = new("--signature") { Description = "The signature, when one file is named: CMS detached or raw. 签名文件", HelpName = "FILE" };

    private static readonly Option<FileInfo?> Certificates = new("--certificates", "--cert")
    {
        Description = "The signer's certificate chain, PEM, end entity first. 证书链",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Type = new("--type")
    {
        Description = "Kind of signature: cms, rsa-pkcs1-sha256, rsa-pss-sha256 or ecdsa-sha256; else as the certificate's key suggests.",
        HelpName = "KIND",
    };

    private static readonly Option<string> Submitter = new("--submitter")
    {
        Description = "Who files it; else this account's name. 提交者",
        HelpName = "NAME",
        DefaultValueFactory = _ => Environment.UserName,
    };

    internal static Command Make(Runner runner)
    {
        var command = new Command("archive", "File each FILE as a record: hashed, signature checked, sealed, logged; then anchored. 归档") { Files, Signature, Certificates, Type, Submitter };
        DescriptionOptions.AddTo(command);
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var drafts = Drafts(session);
        var results = new ArchivedFile[drafts.Count];
        await ProgressBar.RunAsync(session, "archiving", drafts.Sum(d => d.Content.Length), progress => Parallel.ForAsync(
            0, drafts.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, token) =>
            {
                results[i] = await FileAsync(session, drafts[i], progress, token);
                progress.Report(new Step(drafts[i].Content.Length >= LargeFile.From ? 0 : drafts[i].Content.Length, drafts.Count > 1 ? results[i].Line : null));
            }), areBytes: true);
        var json = new JsonObject { ["records"] = JsonText.Array(results.Select(r => r.ToJson())) };
        return new Answer(ExitCode.Worst(results.Select(r => r.Code)), json, console => Show(console, results));
    }

    private static IReadOnlyList<DraftFile> Drafts(Session session)
    {
        var files = SignatureFiles.WithoutSidecars(session.Get(Files));
        if (session.Get(Signature) is not { } signature)
        {
            if (session.Get(Certificates) is not null || session.Get(Type) is not null) throw CliException.Usage("--certificates and --type go with --signature");
            return [.. files.Select(SignatureFiles.Beside)];
        }
        if (files.Count != 1) throw CliException.Usage("--signature goes with one FILE");
        return [SignatureFiles.Named(files[0], signature, session.Get(Certificates), session.Get(Type))];
    }

    // What the node refuses for its own reasons must not keep the other files from being filed; a node that is gone ends it all.
    private static async Task<ArchivedFile> FileAsync(Session session, DraftFile file, IProgress<Step> progress, CancellationToken ct)
    {
        var draft = DraftBuilder.Make(file, session.Get(Submitter), DescriptionOptions.Read(session, file.Content.Name));
        try
        {
            var receipt = file.Content.Length >= LargeFile.From
                ? await LargeFile.SendAsync(session, file, draft, progress, ct)
                : await session.Client.ArchiveAsync(draft, null, ct);
            return new ArchivedFile(file.Content, receipt, ExitCode.Intact, null);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.ResourceExhausted)
        {
            var failure = Failure.Explain(e);
            return new ArchivedFile(file.Content, null, failure.Code, failure.Message);
        }
    }

    private static void Show(IAnsiConsole console, ArchivedFile[] results)
    {
        if (results.Length == 1)
        {
            results[0].Show(console);
            return;
        }
        foreach (var refused in results.Where(r => r.Receipt is null)) console.WriteLine(refused.Line);
        console.WriteLine($"{results.Count(r => r.Receipt is not null)} of {results.Length} archived");
    }
}
