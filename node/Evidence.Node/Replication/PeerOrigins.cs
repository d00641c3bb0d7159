using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Replication;

/// <summary>Which log each peer writes, pinned when a peer first states one whose keys hold; outlives the process. Without it a peer could give out for its own what it has another node say.</summary>
/// <remarks>On the medium before anything is believed for it. If we were to crash before, the peer would be pinned in the next round.</remarks>
internal sealed class PeerOrigins
{
    private const string Format = "evidence.peers/1";
    private readonly string _path;
    private readonly IReadOnlySet<string> _names;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _origins = [];

    private PeerOrigins(string path, IReadOnlySet<string> names) => (_path, _names) = (path, names);

    /// <summary>Opens peers.json in the data folder. One that is damaged counts for nothing: then each peer is pinned anew. Peers that <paramref name="names"/> does not name are forgotten.</summary>
    internal static PeerOrigins Load(string dataFolder, IEnumerable<string> names, AlertBook alerts)
    {
        var origins = new PeerOrigins(Path.Combine(dataFolder, "monitor", "peers.json"), names.ToHashSet(StringComparer.Ordinal));
        const string consequence = "Which log each peer writes is taken from what it says next: see that these are the right ones.";
        try
        {
            if (CheckedFile.Read(origins._path, alerts, consequence) is { } bytes) origins.Read((JsonObject)CanonicalJson.Parse(bytes));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or InvalidCastException or NullReferenceException)
        {
            origins._origins.Clear();
            CheckedFile.SetAside(origins._path, alerts, consequence);
        }

        return origins;
    }

    /// <summary>The log that the peer writes; null while that is not known.</summary>
    internal string? Find(string peer)
    {
        lock (_gate) return _origins.GetValueOrDefault(peer);
    }

    /// <summary>Pins the log that a peer states to be its own.</summary>
    /// <exception cref="PeerUntrueException">It wrote another one before, or another peer writes this one.</exception>
    internal void Pin(string peer, string origin)
    {
        lock (_gate)
        {
            if (_origins.TryGetValue(peer, out var known))
            {
                if (known == origin) return;
                throw new PeerUntrueException(peer, "it states another log to be its own than before. If another node stands there now, give it another name in node.json.", known, origin);
            }

            if (_origins.FirstOrDefault(entry => entry.Value == origin).Key is { } other) throw new PeerUntrueException(peer, $"it states the log of peer {other} to be its own.", actual: origin);
            _origins[peer] = origin;
            CheckedFile.Replace(_path, CanonicalJson.Serialize(ToJson()));
        }
    }

    private JsonObject ToJson() => new()
    {
        ["format"] = Format,
        ["peers"] = new JsonArray([.. _origins.Select(entry => (JsonNode)new JsonObject { ["peer"] = entry.Key, ["origin"] = entry.Value })]),
    };

    private void Read(JsonObject json)
    {
        if (json["format"]?.GetValue<string>() != Format) throw new FormatException($"not of the format {Format}");
        foreach (var peer in json["peers"]!.AsArray())
            if (peer!["peer"]!.GetValue<string>() is var name && _names.Contains(name)) _origins[name] = peer["origin"]!.GetValue<string>();
    }
}
