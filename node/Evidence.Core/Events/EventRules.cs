using Evidence.Core.Seals;

namespace Evidence.Core.Events;

/// <summary>What an event document must keep to beyond its syntax. The same rules hold when one is made and when one is read.</summary>
internal static class EventRules
{
    internal const int MaxType = 64, MaxText = 1000;

    private const int JournalLength = 32;

    // What JSON numbers carry exactly (RFC 7493, section 2.2).
    private const ulong MaxNumber = SealRules.MaxPartSize;

    /// <exception cref="FormatException">A rule is broken; the message names the event.</exception>
    internal static void Check(EventDocument document)
    {
        if (document.Number is 0 or > MaxNumber) throw new FormatException("number: it is not an integer from 1 to 2^53-1.");
        if (document.Journal.Length != JournalLength || document.Journal.AsSpan().ContainsAnyExcept("0123456789abcdef")) throw new FormatException($"journal: it is not {JournalLength} lower-case hexadecimal characters.");
        if (document.Through > MaxNumber) throw new FormatException("through: it is larger than 2^53-1.");
        if (document.Number == 1 != document.Previous is null) throw new FormatException("previous: the first document has none, and every other one has it.");
        if (document.Previous is { Leaf: > MaxNumber }) throw new FormatException("previous.leaf: it is larger than 2^53-1.");
        if (document.Events.Count is 0 or > EventDocument.MaxEvents) throw new FormatException($"events: there are {document.Events.Count} of them, not 1 to {EventDocument.MaxEvents}.");
        var ranges = document.Events.Sum(static one => one.Objects.Sum(static objects => (long)objects.Leaves.Count));
        if (ranges > EventDocument.MaxRanges) throw new FormatException($"events: they name {ranges} ranges of leaves, more than {EventDocument.MaxRanges}.");
        for (var i = 0; i < document.Events.Count; i++) Check(document.Events[i], $"events[{i}]");
    }

    private static void Check(PreservationEvent one, string path)
    {
        if (one.Type.Length is 0 or > MaxType || one.Type.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz ")) throw new FormatException($"{path}.type: it is not 1 to {MaxType} lower-case letters and spaces.");
        if (one.Agent.Length is 0 or > MaxText) throw new FormatException($"{path}.agent: it has {one.Agent.Length} characters, not 1 to {MaxText}.");
        if (one.Detail.Length > MaxText) throw new FormatException($"{path}.detail: it has {one.Detail.Length} characters, more than {MaxText}.");
        if (one.Count is 0 or > MaxNumber) throw new FormatException($"{path}.count: it is not an integer from 1 to 2^53-1.");
        for (var i = 0; i < one.Objects.Count; i++)
        {
            if (i > 0 && string.CompareOrdinal(one.Objects[i - 1].Log.ToString(), one.Objects[i].Log.ToString()) >= 0) throw new FormatException($"{path}.objects: they are not in the order of the logs, each once.");
            Check(one.Objects[i].Leaves, $"{path}.objects[{i}]");
        }
    }

    private static void Check(IReadOnlyList<LeafRange> leaves, string path)
    {
        if (leaves.Count == 0) throw new FormatException($"{path}.leaves: there are none.");
        for (var i = 0; i < leaves.Count; i++)
        {
            if (leaves[i].From >= leaves[i].To || leaves[i].To > MaxNumber) throw new FormatException($"{path}.leaves[{i}]: it is not a range of leaves.");
            if (i > 0 && leaves[i].From <= leaves[i - 1].To) throw new FormatException($"{path}.leaves[{i}]: it is not behind the range before it, with a leaf between them.");
        }
    }
}
