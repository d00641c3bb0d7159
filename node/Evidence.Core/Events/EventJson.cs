using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Seals;

namespace Evidence.Core.Events;

/// <summary>Event documents and single events as JSON. What it lets through is held against the rules and the canonical form afterwards.</summary>
public static class EventJson
{
    /// <summary>One event.</summary>
    public static JsonObject Of(PreservationEvent one)
    {
        var json = new JsonObject
        {
            ["agent"] = one.Agent,
            ["count"] = one.Count,
            ["objects"] = new JsonArray([.. one.Objects.Select(Of)]),
            ["outcome"] = NameOf(one.Outcome),
            ["time"] = one.Time.ToString(SealText.TimeFormat, CultureInfo.InvariantCulture),
            ["type"] = one.Type,
        };
        if (one.Detail.Length > 0) json["detail"] = one.Detail;
        return json;
    }

    /// <summary>Reads what <see cref="Of(PreservationEvent)"/> gives.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="path">Where it stands, for messages.</param>
    /// <exception cref="FormatException">It is no event; the message names the member that is wrong.</exception>
    public static PreservationEvent ReadEvent(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var (time, type, agent) = (Time(json), json.String("type"), json.String("agent"));
        var one = new PreservationEvent(time, type, agent, OutcomeOf(json), json.OptionalString("detail") ?? "", json.Items("objects", ReadObjects))
        {
            Count = json.UInt64("count"),
        };
        json.End();
        return one;
    }

    /// <summary>success, failure or undetermined.</summary>
    public static string NameOf(EventOutcome outcome) => outcome.ToString().ToLowerInvariant();

    internal static JsonObject Of(EventDocument document)
    {
        var json = new JsonObject
        {
            ["events"] = new JsonArray([.. document.Events.Select(Of)]),
            ["format"] = EventDocument.Format,
            ["journal"] = document.Journal,
            ["log"] = document.Log.ToString(),
            ["node"] = document.Node,
            ["number"] = document.Number,
            ["through"] = document.Through,
        };
        if (document.Previous is { } previous) json["previous"] = new JsonObject { ["leaf"] = previous.Leaf, ["seal"] = previous.SealSha256.ToString() };
        return json;
    }

    internal static EventDocument Read(JsonNode node)
    {
        var json = new ObjectReader(node, "");
        json.Format(EventDocument.Format);
        var document = new EventDocument(
            json.String("node"), json.Digest("log"), json.UInt64("number"), json.Has("previous") ? ReadPrevious(json.Object("previous")) : null,
            json.String("journal"), json.UInt64("through"), json.Items("events", ReadEvent));
        json.End();
        return document;
    }

    private static PreviousDocument ReadPrevious(ObjectReader json)
    {
        var previous = new PreviousDocument(json.UInt64("leaf"), json.Digest("seal"));
        json.End();
        return previous;
    }

    private static JsonNode Of(EventObjects objects) => new JsonObject
    {
        ["leaves"] = new JsonArray([.. objects.Leaves.Select(static range => (JsonNode)new JsonArray(range.From, range.To))]),
        ["log"] = objects.Log.ToString(),
    };

    private static EventObjects ReadObjects(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var objects = new EventObjects(json.Digest("log"), json.Items("leaves", ReadRange));
        json.End();
        return objects;
    }

    private static LeafRange ReadRange(JsonNode? node, string path) =>
        node is JsonArray { Count: 2 } pair && TryRead(pair[0], out var from) && TryRead(pair[1], out var to) ? new LeafRange(from, to) : throw new FormatException($"{path}: it is not a pair of leaves.");

    private static bool TryRead(JsonNode? node, out ulong number)
    {
        number = 0;
        return node?.GetValueKind() == JsonValueKind.Number && ulong.TryParse(node.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static DateTimeOffset Time(ObjectReader json) =>
        DateTimeOffset.TryParseExact(json.String("time"), SealText.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw json.Wrong("time", "a time such as 2026-11-22T08:33:03.123Z");

    private static EventOutcome OutcomeOf(ObjectReader json) => json.String("outcome") switch
    {
        "success" => EventOutcome.Success,
        "failure" => EventOutcome.Failure,
        "undetermined" => EventOutcome.Undetermined,
        _ => throw json.Wrong("outcome", "success, failure or undetermined"),
    };
}
