using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Json;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Which news of each alert a receiver has heard. What it has not heard waits: the queue is the alerts themselves, and as bounded as they are.</summary>
/// <remarks>If we were to crash after a delivery and before its mark, the message would be sent again: each has a number by which its receiver knows it.</remarks>
internal sealed class DeliveryMarks
{
    private const string Format = "evidence.delivered/1";
    private readonly string _path;
    private readonly Dictionary<long, long> _heard;

    private DeliveryMarks(string path, Dictionary<long, long> heard) => (_path, _heard) = (path, heard);

    /// <summary>Reads the marks. A receiver that is new, or whose marks are damaged, has heard of the past and of nothing that is still open.</summary>
    internal static DeliveryMarks Load(string path, AlertBook alerts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new DeliveryMarks(path, Read(path, alerts) ?? alerts.All.Where(alert => !alert.IsOpen).ToDictionary(alert => alert.Number, alert => alert.News));
    }

    /// <summary>The alerts that the receiver is to hear of, the oldest news first: those that the rule covers, and whatever it has heard of before.</summary>
    internal IReadOnlyList<Alert> Waiting(IReadOnlyList<Alert> alerts, ReceiverRule rule) =>
        [.. alerts.Where(alert => _heard.TryGetValue(alert.Number, out var news) ? news < alert.News : rule.Covers(alert)).OrderBy(alert => alert.News)];

    /// <summary>Notes that these were delivered, or given up, and forgets those that the book has forgotten.</summary>
    internal void Note(IEnumerable<Alert> delivered, IReadOnlyList<Alert> alerts)
    {
        foreach (var alert in delivered) _heard[alert.Number] = alert.News;
        var known = alerts.Select(alert => alert.Number).ToHashSet();
        foreach (var number in _heard.Keys.Where(number => !known.Contains(number)).ToList()) _heard.Remove(number);
        var json = new JsonObject { ["format"] = Format, ["heard"] = new JsonObject(_heard.Select(mark => KeyValuePair.Create(Alert.NameOf(mark.Key), (JsonNode?)mark.Value))) };
        CheckedFile.Replace(_path, CanonicalJson.Serialize(json));
    }

    private static Dictionary<long, long>? Read(string path, AlertBook alerts)
    {
        const string consequence = "Its receiver hears again of every alert that is open, and of none that was closed meanwhile.";
        try
        {
            if (CheckedFile.Read(path, alerts, consequence) is not { } bytes) return null;
            var json = CanonicalJson.Parse(bytes);
            return (string?)json["format"] != Format ? throw new FormatException($"not of the format {Format}") : json["heard"]!.AsObject().ToDictionary(mark => Alert.NumberOf(mark.Key) ?? throw new FormatException(mark.Key), mark => (long)mark.Value!);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException or JsonException)
        {
            CheckedFile.SetAside(path, alerts, consequence);
            return null;
        }
    }
}
