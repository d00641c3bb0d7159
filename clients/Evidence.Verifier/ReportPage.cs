using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Reports;

namespace Evidence.Verifier;

/// <summary>Writes the report as a page.</summary>
internal static class ReportPage
{
    private static readonly FileStreamOptions OwnersAlone = new() { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };

    /// <summary>Writes beside the page and renames at the end: what bears its name is always a whole one. The page names the package by its digest, so that is read once more.</summary>
    /// <exception cref="IOException">The package cannot be read again, or the page cannot be written.</exception>
    internal static void Write(string page, bool overwrite, PackageReport report, string package, FileStream zip)
    {
        RegularFile.Check(page);
        zip.Position = 0;
        var html = PackageReportHtml.Render(report, Path.GetFileName(package), zip.Length, new Digest(SHA256.HashData(zip)));
        var full = Path.GetFullPath(page);
        var unfinished = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}");
        try
        {
            using (var file = new FileStream(unfinished, OwnersAlone)) file.Write(html);
            File.Move(unfinished, full, overwrite);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
