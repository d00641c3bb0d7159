using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Restoring;

/// <summary>A range of a restored volume in which zeros stand: no peer gave it so that it proves.</summary>
internal sealed record RestoreGap(uint Volume, long Offset, long Length)
{
    /// <summary>The first offset behind it.</summary>
    internal long End => Offset + Length;

    internal bool IsWithin(RestoreGap other) => Volume == other.Volume && Offset >= other.Offset && End <= other.End;
}

/// <summary>restore/gaps.json: where zeros stand in restored volumes, to be filled by a later run. Written before a gap counts, and after it is filled: a crash between leaves one that is not there any more, and is filled with what it has.</summary>
internal sealed class RestoreGaps
{
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly List<RestoreGap> _gaps = [];

    /// <exception cref="StorageException">The file cannot be read: the gaps would be forgotten.</exception>
    internal RestoreGaps(string folder)
    {
        _path = Path.Combine(folder, "gaps.json");
        try
        {
            if (File.Exists(_path)) _gaps = [.. ((JsonArray)CanonicalJson.Parse(File.ReadAllBytes(_path))!).Select(gap => Read(gap!))];
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or InvalidCastException or NullReferenceException)
        {
            throw new StorageException($"{_path}, which lists the gaps of the volumes that were restored, cannot be read: {e.Message} Move the data folder away and restore into an empty one.");
        }
    }

    internal IReadOnlyList<RestoreGap> All
    {
        get { lock (_gate) return [.. _gaps.OrderBy(gap => gap.Volume).ThenBy(gap => gap.Offset)]; }
    }

    internal void Add(RestoreGap gap) => Change(() => _gaps.Add(gap));

    /// <summary>Puts what is left of a gap in its place.</summary>
    internal void Replace(RestoreGap gap, IEnumerable<(long Offset, long Length)> left) => Change(() =>
    {
        _gaps.Remove(gap);
        _gaps.AddRange(left.Select(range => new RestoreGap(gap.Volume, range.Offset, range.Length)));
    });

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            SmallFile.Replace(_path, CanonicalJson.Serialize(new JsonArray([.. _gaps.Select(gap => (JsonNode)new JsonArray(gap.Volume, gap.Offset, gap.Length))])));
        }
    }

    private static RestoreGap Read(JsonNode gap) => new((uint)gap[0]!.GetValue<long>(), gap[1]!.GetValue<long>(), gap[2]!.GetValue<long>());
}
