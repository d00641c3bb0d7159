using System.Text;
using System.Text.Json.Nodes;
using Evidence.Storage.Durable;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>A new folder in a log's quarantine, with the fault that it was made for.</summary>
internal sealed class QuarantineFolder
{
    private readonly string _log;
    private readonly string _path;

    internal QuarantineFolder(string logFolder, string what, Fault fault, TimeProvider time)
    {
        _log = logFolder;
        _path = Path.Combine(logFolder, "quarantine", $"{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}-{what}");
        Directory.CreateDirectory(_path);
        var finding = new JsonObject { ["cause"] = fault.Cause, ["findings"] = FindingJson.Of(fault.Findings) };
        SmallFile.Replace(Path.Combine(_path, "finding.json"), Encoding.UTF8.GetBytes(finding.ToJsonString()));
    }

    /// <summary>Takes a file out of the log.</summary>
    internal void Move(string file) => File.Move(file, TargetOf(file));

    /// <summary>Keeps a copy of a file that is about to be replaced.</summary>
    internal void Copy(string file) => SmallFile.Replace(TargetOf(file), File.ReadAllBytes(file));

    private string TargetOf(string file)
    {
        var target = Path.Combine(_path, Path.GetRelativePath(_log, file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return target;
    }
}
