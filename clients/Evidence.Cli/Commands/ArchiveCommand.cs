using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Cli.Archiving;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence archive`: files each named file as a record of its own.</summary>
internal static class ArchiveCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Files to archive. A signature beside a file goes with it: FILE.p7s (CMS), or FILE.sig with the signer's certificates in FILE.pem. 待归档文件",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Recursive = new("--recursive", "-r") { Description = "Of a folder all files in it, at any depth. 含文件夹内所有文件" };

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

    private static readonly Option<string?> Submitter = new("--submitter")
    {
        Description = "Who files it; else the name that the node knows the caller by, or without token or certificate this account's. 提交者",
        HelpName = "NAME",
    };

    internal static Command Make(Runner runner)
    {
        var command = new Command("archive", "File each FILE as a record: hashed, signature checked, sealed, logged; then anchored. 归档") { Files, Recursive, Signature, Certificates, Type, Submitter };
        DescriptionOptions.AddTo(command);
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var (files, submitter, description) = (Drafts(session), session.Get(Submitter) ?? session.Submitter, DescriptionOptions.Read(session));
        IReadOnlyList<ArchivedFile> results = [];
        await ProgressBar.RunAsync(session, "archiving", files.Sum(f => f.Content.Length), async progress =>
            results = await new FilingRun(session, files, submitter, description, progress).RunAsync(ct), areBytes: true);
        var json = new JsonObject { ["records"] = JsonText.Array(results.Select(r => r.ToJson())) };
        return new Answer(ExitCode.Worst(results.Select(r => r.Code)), json, console => Show(console, results));
    }

    private static IReadOnlyList<DraftFile> Drafts(Session session)
    {
        var named = session.Get(Files);
        var files = SignatureFiles.WithoutSidecars(session.Get(Recursive) ? FolderFiles.Expand(named) : named);
        if (files.Count == 0) throw CliException.Usage("there are no files in what was named");
        if (session.Get(Signature) is not { } signature)
        {
            if (session.Get(Certificates) is not null || session.Get(Type) is not null) throw CliException.Usage("--certificates and --type go with --signature");
            return [.. files.Select(SignatureFiles.Beside)];
        }
        if (files.Count != 1) throw CliException.Usage("--signature goes with one FILE");
        return [SignatureFiles.Named(files[0], signature, session.Get(Certificates), session.Get(Type))];
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<ArchivedFile> results)
    {
        if (results.Count == 1)
        {
            results[0].Show(console);
            return;
        }
        foreach (var failed in results.Where(r => r.Receipt is null)) console.WriteLine(failed.Line);
        console.WriteLine($"{results.Count(r => r.Receipt is not null)} of {results.Count} archived");
    }
}
