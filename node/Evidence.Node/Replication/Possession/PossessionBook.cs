using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Replication.Possession;

/// <summary>What each peer has proven to hold of each log, stretch by stretch, and when; outlives the process.</summary>
/// <remarks>Saved after each round, and before an alert says that an answer was wrong. If we were to crash before, what was proven in the round is proven once more, and what was wrong is found once more.</remarks>
internal sealed class PossessionBook
{
    /// <summary>Bytes of a stretch that is proven at once.</summary>
    internal const long SegmentBytes = PossessionProof.MostBytes;

    private const string Format = "evidence.possession/2";
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Peer, string Log, uint Volume), List<SegmentState>> _segments = [];
    private readonly Dictionary<string, (string Place, string Medium)> _stated = [];

    private PossessionBook(string path) => _path = path;

    /// <summary>Opens possession.json in the data folder. One that is damaged counts for nothing: then everything is proven anew.</summary>
    internal static PossessionBook Load(string dataFolder, AlertBook alerts)
    {
        var book = new PossessionBook(Path.Combine(dataFolder, "monitor", "possession.json"));
        const string consequence = "Until each peer has proven again what it holds, no copy of its counts.";
        try
        {
            if (CheckedFile.Read(book._path, alerts, consequence) is { } bytes) book.Read((JsonObject)CanonicalJson.Parse(bytes));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or InvalidCastException or NullReferenceException or ArgumentOutOfRangeException)
        {
            book._segments.Clear();
            book._stated.Clear();
            CheckedFile.SetAside(book._path, alerts, consequence);
        }

        return book;
    }

    internal static int SegmentsOf(long length) => (int)((length + SegmentBytes - 1) / SegmentBytes);

    internal SegmentState Find(string peer, string log, uint volume, int segment)
    {
        lock (_gate) return _segments.GetValueOrDefault((peer, log, volume)) is { } known && segment < known.Count ? known[segment] : SegmentState.Unknown;
    }

    internal void Set(string peer, string log, uint volume, int segment, SegmentState state)
    {
        lock (_gate)
        {
            if (!_segments.TryGetValue((peer, log, volume), out var known)) _segments[(peer, log, volume)] = known = [];
            while (known.Count <= segment) known.Add(SegmentState.Unknown);
            known[segment] = state;
        }
    }

    /// <summary>The place and medium that a peer last stated; empty where it stated none.</summary>
    internal (string Place, string Medium) StatedBy(string peer)
    {
        lock (_gate) return _stated.GetValueOrDefault(peer, ("", ""));
    }

    internal void State(string peer, string place, string medium)
    {
        lock (_gate) _stated[peer] = (place, medium);
    }

    /// <summary>Bytes among the first <paramref name="length"/> of a volume that the peer has proven since <paramref name="from"/>, and when the oldest of them; null when none.</summary>
    internal (long Bytes, DateTimeOffset? Oldest) ProvenOf(string peer, string log, uint volume, long length, DateTimeOffset from)
    {
        var (bytes, oldest) = (0L, default(DateTimeOffset?));
        for (var segment = 0; segment < SegmentsOf(length); segment++)
        {
            var state = Find(peer, log, volume, segment);
            var proven = Math.Min(state.ProvenSince(from), Math.Min(SegmentBytes, length - (segment * SegmentBytes)));
            if (proven == 0) continue;
            bytes += proven;
            if (oldest is null || state.Proven < oldest) oldest = state.Proven;
        }

        return (bytes, oldest);
    }

    /// <summary>Whether any answer of the peer was wrong and has not been followed by a right one.</summary>
    internal bool IsWrong(string peer, string? log = null, uint? volume = null)
    {
        lock (_gate) return _segments.Any(entry => entry.Key.Peer == peer && (log is null || entry.Key.Log == log) && (volume is null || entry.Key.Volume == volume) && entry.Value.Any(state => state.Wrong is not null));
    }

    /// <summary>The stretches, of any log, that the peer has proven since <paramref name="from"/>; see <see cref="Stretch"/>.</summary>
    internal IReadOnlySet<string> ProvenBy(string peer, DateTimeOffset from)
    {
        lock (_gate)
            return _segments.Where(entry => entry.Key.Peer == peer)
                .SelectMany(entry => entry.Value.Select((state, segment) => (state, Name: Stretch(peer, entry.Key.Log, entry.Key.Volume, segment))))
                .Where(entry => entry.state.ProvenSince(from) > 0).Select(entry => entry.Name).ToHashSet();
    }

    /// <summary>A stretch as alerts name it.</summary>
    internal static string Stretch(string peer, string log, uint volume, long segment) => string.Create(CultureInfo.InvariantCulture, $"{peer}: {log}, volume {volume} from byte {segment * SegmentBytes} on");

    internal void Save()
    {
        lock (_gate) CheckedFile.Replace(_path, CanonicalJson.Serialize(ToJson()));
    }

    private JsonObject ToJson() => new()
    {
        ["format"] = Format,
        ["peers"] = new JsonArray([.. _stated.Select(entry => (JsonNode)new JsonObject { ["peer"] = entry.Key, ["place"] = entry.Value.Place, ["medium"] = entry.Value.Medium })]),
        ["volumes"] = new JsonArray([.. _segments.Select(entry => (JsonNode)new JsonObject
        {
            ["peer"] = entry.Key.Peer,
            ["log"] = entry.Key.Log,
            ["volume"] = entry.Key.Volume,
            ["segments"] = new JsonArray([.. entry.Value.Select(state => (JsonNode)new JsonArray(state.Length, Milliseconds(state.Proven), Milliseconds(state.Wrong)))]),
        })]),
    };

    private void Read(JsonObject json)
    {
        if (json["format"]?.GetValue<string>() != Format) throw new FormatException($"not of the format {Format}");
        foreach (var peer in json["peers"]!.AsArray()) _stated[Text(peer!["peer"])] = (Text(peer["place"]), Text(peer["medium"]));
        foreach (var volume in json["volumes"]!.AsArray())
            _segments[(Text(volume!["peer"]), Text(volume["log"]), (uint)Number(volume["volume"]))] =
                [.. volume["segments"]!.AsArray().Select(state => new SegmentState(Number(state![0]), Time(state[1]), Time(state[2])))];
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static long Number(JsonNode? node) => node!.GetValue<long>();

    private static long Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() ?? 0;

    private static DateTimeOffset? Time(JsonNode? node) => Number(node) is var time and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
}
