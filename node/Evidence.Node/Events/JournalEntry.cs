using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Events;
using Evidence.Core.Json;

namespace Evidence.Node.Events;

/// <summary>Where an event stood in a journal.</summary>
/// <param name="Journal">The journal's name.</param>
/// <param name="Number">Its line there.</param>
internal readonly record struct JournalPlace(string Journal, ulong Number);

/// <summary>An event that waits to be sealed.</summary>
/// <param name="Journal">The name of its journal, in every line, so that it is known as long as one line can be read.</param>
/// <param name="Number">Its line there, from 1.</param>
/// <param name="Event">The event.</param>
internal sealed record JournalEntry(string Journal, ulong Number, PreservationEvent Event)
{
    private const string Place = "journal", Line = "number", What = "event", Before = "former";

    /// <summary>Where it stood in damaged journals before: it may have been sealed from there.</summary>
    internal IReadOnlyList<JournalPlace> Former { get; init; } = [];

    /// <summary>What it takes up.</summary>
    internal int Bytes { get; private init; }

    /// <summary>Whether a document that covers a journal through a number covers it.</summary>
    internal bool IsIn(string journal, ulong through) => Places.Any(place => place.Journal == journal && place.Number <= through);

    /// <summary>All places that it had, the newest last.</summary>
    internal IEnumerable<JournalPlace> Places => Former.Append(new JournalPlace(Journal, Number));

    /// <summary>As it stands in another journal, which takes the place of this one.</summary>
    internal JournalEntry MovedTo(string journal, ulong number) => this with { Journal = journal, Number = number, Former = [.. Places] };

    /// <summary>The first line of a journal.</summary>
    internal static byte[] NameLine(string journal) => CanonicalJson.Serialize(new JsonObject { [Place] = journal });

    /// <summary>The line of this entry, and the entry with its length.</summary>
    internal (JournalEntry Entry, byte[] Payload) Write()
    {
        var json = new JsonObject { [What] = EventJson.Of(Event), [Place] = Journal, [Line] = Number };
        if (Former.Count > 0) json[Before] = new JsonArray([.. Former.Select(static place => (JsonNode)new JsonObject { [Place] = place.Journal, [Line] = place.Number })]);
        var payload = CanonicalJson.Serialize(json);
        return (this with { Bytes = payload.Length }, payload);
    }

    /// <summary>Reads a line: the journal that it names, and the entry, where it is one. Null when it cannot be read.</summary>
    internal static (string Journal, JournalEntry? Entry)? Read(byte[] payload)
    {
        try
        {
            var json = CanonicalJson.Parse(payload);
            var place = ReadPlace(json);
            if (json[What] is not { } what) return (place.Journal, null);
            var former = json[Before] is JsonArray places ? places.Select(ReadPlace).ToList() : [];
            return (place.Journal, new JournalEntry(place.Journal, place.Number, EventJson.ReadEvent(what, What)) { Bytes = payload.Length, Former = former });
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or OverflowException)
        {
            return null; // the check names the line
        }
    }

    private static JournalPlace ReadPlace(JsonNode? json) => new(
        json?[Place]?.GetValue<string>() ?? throw new FormatException("The line names no journal."), json[Line] is { } line ? ulong.Parse(line.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture) : 0);
}
