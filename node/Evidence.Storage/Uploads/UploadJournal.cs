using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Uploads;

/// <summary>Keeps the state of an upload in step with its file: what is written down is on the medium. Safe to use from several threads.</summary>
internal sealed class UploadJournal(IMedium medium, string folder, TimeProvider time, UploadState state)
{
    private readonly Lock _lock = new();
    private UploadState _state = state;

    internal UploadState State
    {
        get
        {
            lock (_lock) return _state;
        }
    }

    /// <summary>Notes a part that begins. It is written down with the next point.</summary>
    internal void Begin(string name, PartRole role, long announced, JsonObject label) =>
        Change(s => s with { Parts = [.. s.Parts, new UploadPart(name, role, announced, label, false, [])] });

    /// <summary>Writes down how far parts reach. A crash before this has lasted: the upload goes on from the point before.</summary>
    internal void Point(IReadOnlyList<ReachedPoint> reached) => Write(s =>
    {
        var parts = s.Parts.ToArray();
        foreach (var point in reached)
            parts[point.Part] = parts[point.Part] with { Ended = point.Ended, Points = [.. parts[point.Part].Points.Where(p => p.Size < point.Size), new UploadPoint(point.Size, point.Sha256)] };
        return s with { Parts = parts };
    });

    /// <summary>Writes down what came of the upload.</summary>
    internal void Conclude(JsonObject outcome) => Write(s => s with { Outcome = outcome });

    internal void Write() => Write(s => s);

    private void Write(Func<UploadState, UploadState> change)
    {
        lock (_lock)
        {
            Change(s => change(s) with { At = time.GetUtcNow() });
            UploadStateFile.Write(medium, folder, _state);
        }
    }

    private void Change(Func<UploadState, UploadState> change)
    {
        lock (_lock) _state = change(_state);
    }
}

/// <summary>How far a part has reached on the medium.</summary>
internal sealed record ReachedPoint(int Part, long Size, Digest Sha256, bool Ended);
