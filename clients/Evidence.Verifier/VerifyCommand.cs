using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Reports;
using Evidence.Core.Trust;

namespace Evidence.Verifier;

/// <summary>The whole program: reads a package and a trust.json, says what they give. It opens these files and the page that it writes, and nothing else.</summary>
internal static class VerifyCommand
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Carries the command out and answers with the process's exit code.</summary>
    internal static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (arguments is [] or ["--help" or "-h"])
        {
            output.Write(VerifyArguments.Usage);
            return arguments.Count == 0 ? ExitCode.Usage : ExitCode.Intact;
        }

        try
        {
            return Run(VerifyArguments.Parse(arguments), output);
        }
        catch (UsageException e)
        {
            error.WriteLine($"evidence-verify: {PlainText.Of(e.Message)} See evidence-verify --help.");
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"evidence-verify: UNDETERMINED 无法判定: {PlainText.Of(e.Message)}");
            return ExitCode.Undetermined;
        }
        catch (Exception e)
        {
            // Whatever a package brings about, a court gets an answer, and never one that nothing was compared for.
            error.WriteLine($"evidence-verify: UNDETERMINED 无法判定: this is a fault of the program itself, please report it: {PlainText.Of($"{e.GetType().Name}: {e.Message}")}");
            return ExitCode.Undetermined;
        }
    }

    private static int Run(VerifyArguments arguments, TextWriter output)
    {
        var trust = arguments.Trust is { } file ? ReadTrust(file) : null;
        using var zip = Open(arguments.Package);
        var report = EvidencePackageReader.Verify(zip, trust, new PackageQuestion { Paper = arguments.Certificate, Record = arguments.Record });
        if (arguments.Html is { } page) WritePage(page, report, arguments.Package, zip);
        output.Write(arguments.Json ? PackageReportJson.ToJson(report).ToJsonString() + "\n" : Text(arguments.Package, report));
        return ExitCode.Of(report.Whole);
    }

    private static string Text(string package, PackageReport report) =>
        $"{PlainText.Of(package)}\n{PackageReportText.Render(report)}{(report.TrustSha256 is null ? "Without --trust the ledger cannot be judged. 没有 trust.json 无法判定账本。\n" : "")}";

    private static FileStream Open(string file)
    {
        if (!File.Exists(file)) throw new UsageException($"The package {file} is not there.");
        return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
    }

    private static TrustPolicy ReadTrust(string file)
    {
        const int MaxBytes = 16 << 20;
        if (new FileInfo(file) is not { Exists: true } info) throw new UsageException($"The trust file {file} is not there.");
        if (info.Length > MaxBytes) throw new UsageException($"The trust file {file} has {info.Length} bytes, more than {MaxBytes}.");
        try
        {
            return TrustPolicyJson.Parse(File.ReadAllBytes(file));
        }
        catch (FormatException e)
        {
            throw new UsageException($"{file} is no trust.json: {e.Message}");
        }
    }

    /// <summary>The page names the file that was read by its digest, so it is read once more.</summary>
    private static void WritePage(string page, PackageReport report, string package, FileStream zip)
    {
        zip.Position = 0;
        var sha256 = new Digest(System.Security.Cryptography.SHA256.HashData(zip));
        File.WriteAllBytes(page, PackageReportHtml.Render(report, Path.GetFileName(package), zip.Length, sha256));
    }
}
