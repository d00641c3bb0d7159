using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Reports;
using Evidence.Core.Trust;

namespace Evidence.Verifier;

/// <summary>The whole program: reads a package or a backup medium and a trust.json, says what they give. It opens these files and the page that it writes, and nothing else.</summary>
internal static class VerifyCommand
{
    /// <summary>Carries the command out and answers with the process's exit code.</summary>
    internal static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        try
        {
            if (arguments is not ([] or ["--help" or "-h"])) return Run(VerifyArguments.Parse(arguments), output, error);
            Print(output, VerifyArguments.Usage);
            return arguments.Count == 0 ? ExitCode.Usage : ExitCode.Intact;
        }
        catch (Exception e)
        {
            // Whatever a package brings about, a court gets an answer, and never one that nothing was compared for.
            var (code, reason) = Explain(e);
            if (e is OutputException || !arguments.Contains("--json") || !TryPrint(output, JsonOf(code, reason))) Tell(error, reason);
            return code;
        }
    }

    private static int Run(VerifyArguments arguments, TextWriter output, TextWriter error)
    {
        var trust = arguments.Trust is { } file ? ReadTrust(file) : null;
        if (Directory.Exists(arguments.Package)) return RunMedium(arguments, trust, output);
        using var zip = NamedFile.Open(arguments.Package);
        var report = EvidencePackageReader.Verify(zip, trust, new PackageQuestion { Paper = arguments.Certificate, Record = arguments.Record });
        Print(output, arguments.Json ? PackageReportJson.ToJson(report).ToJsonString() + "\n" : Text(arguments.Package, report));
        return ExitCode.Of(report.Whole) is var code && (arguments.Html is not { } page || TryWritePage(page, arguments.Force, report, arguments.Package, zip, error)) ? code
            : code == ExitCode.Intact ? ExitCode.Undetermined
            : code;
    }

    private static int RunMedium(VerifyArguments arguments, TrustPolicy? trust, TextWriter output)
    {
        if (!BackupMedium.IsMedium(arguments.Package)) throw new UsageException($"{arguments.Package} is a folder and no backup medium: that has a folder 0001.");
        if (arguments.Certificate is not null || arguments.Html is not null) throw new UsageException("--certificate and --html are for packages, not for a backup medium.");
        var report = MediumVerification.Run(arguments.Package, trust, arguments.Record, new PackageLimits(), CancellationToken.None);
        Print(output, arguments.Json ? PackageReportJson.ToJson(report).ToJsonString() + "\n" : Text(arguments.Package, report));
        return ExitCode.Of(report.Whole);
    }

    private static (int Code, string Reason) Explain(Exception e) => e switch
    {
        UsageException => (ExitCode.Usage, $"{e.Message} See evidence-verify --help."),
        NamedFileException => (ExitCode.Usage, e.Message),
        IOException or UnauthorizedAccessException or OutputException => (ExitCode.Undetermined, $"UNDETERMINED 无法判定: {e.Message}"),
        _ => (ExitCode.Undetermined, $"UNDETERMINED 无法判定: this is a fault of the program itself, please report it: {e.GetType().Name}: {e.Message}"),
    };

    private static string Text(string package, PackageReport report) =>
        $"{PlainText.Of(package)}\n{PackageReportText.Render(report)}{(report.TrustSha256 is null ? "Without --trust the ledger cannot be judged. 没有 trust.json 无法判定账本。\n" : "")}";

    private static string JsonOf(int code, string reason) => new JsonObject { ["error"] = reason, ["exitCode"] = code }.ToJsonString() + "\n";

    private static TrustPolicy ReadTrust(string file)
    {
        try
        {
            return TrustFile.Read(file);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>The verdict stands already, and no page takes it back.</summary>
    private static bool TryWritePage(string page, bool overwrite, PackageReport report, string package, FileStream zip, TextWriter error)
    {
        try
        {
            ReportPage.Write(page, overwrite, report, package, zip);
            return true;
        }
        catch (Exception e)
        {
            Tell(error, $"the page {page} cannot be written: {e.Message}");
            return false;
        }
    }

    /// <summary>Returns when all of it is written.</summary>
    private static void Print(TextWriter output, string text)
    {
        try
        {
            output.Write(text);
            output.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(e);
        }
    }

    private static bool TryPrint(TextWriter output, string text)
    {
        try
        {
            Print(output, text);
            return true;
        }
        catch (OutputException)
        {
            return false;
        }
    }

    /// <summary>Where not even this can be written, the exit code alone says it.</summary>
    private static void Tell(TextWriter error, string reason) => TryPrint(error, $"evidence-verify: {PlainText.Of(reason)}\n");
}
