using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>What an alert has found beyond what it carries: one file for each statement of an alert, one finding a line.</summary>
/// <remarks>A file is on the medium before the journal tells of its statement. If we were to crash in between, nothing would name it, and the next start removes it.</remarks>
internal sealed class FindingsFolder
{
    /// <summary>A file holds this many findings; the alert counts all.</summary>
    internal const int MaxFindings = 100_000;

    private const string Suffix = ".jsonl", Unfinished = ".tmp";
    private readonly string _folder;

    /// <summary>Opens the folder, which is made where it is not there.</summary>
    internal FindingsFolder(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes all findings of a statement. Statements that carry all of theirs need no file.</summary>
    internal async Task WriteAsync(Alert alert, IReadOnlyList<Finding> findings, CancellationToken ct)
    {
        if (findings.Count <= Alert.MaxFindings) return;
        var path = PathOf(alert);
        await using (var file = new FileStream(path + Unfinished, Creating))
        {
            foreach (var finding in findings.Take(MaxFindings))
            {
                await file.WriteAsync(CanonicalJson.Serialize(FindingJson.Of(finding)), ct);
                file.WriteByte((byte)'\n');
            }
            file.Flush(flushToDisk: true); // a crash up to here: an unfinished file, removed at the next start
        }
        File.Move(path + Unfinished, path, overwrite: true);
        SmallFile.SyncFolder(_folder);
    }

    /// <summary>Findings of an alert from a place on.</summary>
    /// <param name="alert">The alert; its statement names the file.</param>
    /// <param name="from">0, or what an earlier page named as its end.</param>
    /// <param name="count">At most so many.</param>
    /// <exception cref="FormatException">The file is damaged, or the place is none.</exception>
    internal FindingsPage Read(Alert alert, long from, int count)
    {
        if (!File.Exists(PathOf(alert))) return new FindingsPage([.. alert.Findings.Skip((int)Math.Min(from, int.MaxValue)).Take(count)], from + count < alert.Findings.Count ? from + count : null);
        using var file = new FileStream(PathOf(alert), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (from > file.Length) throw new FormatException("The file of findings ends before this place.");
        file.Position = from;
        using var reader = new StreamReader(file);
        var (page, at) = (new List<Finding>(), from);
        while (page.Count < count && reader.ReadLine() is { } line)
        {
            page.Add(Parse(line));
            at += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
        }
        return new FindingsPage(page, at < file.Length ? at : null);
    }

    /// <summary>Removes the file of a statement, if it has one.</summary>
    internal void Remove(Alert alert) => File.Delete(PathOf(alert));

    /// <summary>Size of the file of a statement in bytes; 0 where it has none.</summary>
    internal long SizeOf(Alert alert) => new FileInfo(PathOf(alert)) is { Exists: true } file ? file.Length : 0;

    /// <summary>Removes files that belong to none of these alerts as they stand.</summary>
    internal void RemoveOthers(IEnumerable<Alert> alerts)
    {
        var known = alerts.Select(PathOf).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(_folder).Where(path => !known.Contains(path))) File.Delete(path);
    }

    private static FileStreamOptions Creating => new()
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };

    private static Finding Parse(string line)
    {
        try
        {
            return FindingJson.Read(JsonNode.Parse(line));
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
        {
            throw new FormatException($"A line of the file of findings is damaged: {e.Message}", e);
        }
    }

    private string PathOf(Alert alert) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{alert.Id}.{alert.Statement}{Suffix}"));
}

/// <summary>Some findings of an alert, and where the next page begins; null: there is none.</summary>
internal sealed record FindingsPage(IReadOnlyList<Finding> Findings, long? Next);
