using System.Globalization;
using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Node.Anchoring;
using Evidence.Node.Logs;
using Evidence.Storage;

namespace Evidence.Node.Events;

/// <summary>An event with what it rests on.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Id">Number of the record that it is sealed in, a slash and its place there; empty when seal or anchor tell it.</param>
/// <param name="Log">Origin of the log that says so.</param>
/// <param name="Leaf">The leaf there.</param>
/// <param name="RestsOn">One sentence.</param>
internal sealed record ToldEvent(PreservationEvent Event, string Id, string Log, ulong Leaf, string RestsOn);

/// <summary>Tells what happened: what seal and anchor say by themselves, and what is sealed as event documents in any log that this node holds.</summary>
internal sealed class EventHistory(NodeLogs logs, EventTrails trails, AnchorHistories anchors)
{
    /// <summary>What happened to a record: how it came to be, and then by time.</summary>
    /// <exception cref="InvalidDataException">A history cannot be followed: it is not told with gaps.</exception>
    internal async IAsyncEnumerable<ToldEvent> OfRecordAsync(LogStore log, StoredRecord record, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var one in Derived(log, record)) yield return one;
        var (told, id, leaf) = (new List<ToldEvent>(), log.Keys.LogId, new LeafRange(record.Leaf, record.Leaf + 1));
        foreach (var holder in logs.All)
            await foreach (var filed in trails.Of(holder).ConcerningAsync(id, objects => objects.Meet(leaf), holder == log ? record.Leaf : 0, holder.Size, ct))
                told.AddRange(Of(holder, filed).Where(one => one.Event.Concerns(id, leaf)).Select(one => one with { Event = one.Event with { Objects = [new EventObjects(id, [leaf])] } }));
        foreach (var one in told.OrderBy(static one => one.Event.Time)) yield return one;
    }

    /// <summary>All events that are sealed in a log, in the order of the documents.</summary>
    internal async IAsyncEnumerable<ToldEvent> OfLogAsync(LogStore log, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var filed in trails.Of(log).AllAsync(log.Size, ct))
            foreach (var one in Of(log, filed)) yield return one;
    }

    private static IEnumerable<ToldEvent> Of(LogStore log, FiledDocument filed) => filed.Document.Events.Select((one, at) => new ToldEvent(
        one, string.Create(CultureInfo.InvariantCulture, $"{filed.Record.RecordId}/{at}"), log.Origin, filed.Leaf,
        string.Create(CultureInfo.InvariantCulture, $"Event document {filed.Document.Number}, sealed as leaf {filed.Leaf} of {log.Origin}: SHA-256 of its seal is {filed.SealSha256}.")));

    private IEnumerable<ToldEvent> Derived(LogStore log, StoredRecord record)
    {
        if (record.Seal is { } seal)
            yield return Told(log, record, EventTypes.Ingestion, seal.Received, seal.Submitter, "",
                string.Create(CultureInfo.InvariantCulture, $"The record's own seal, leaf {record.Leaf} of {log.Origin}: SHA-256 {Digest.Of(record.SealBytes)}. The time is the node's claim."));
        if (anchors.Of(log).Covering(record.Leaf).FirstOrDefault() is { } anchor)
            yield return Told(log, record, EventTypes.Anchoring, anchor.BlockTime, log.Origin, string.Create(CultureInfo.InvariantCulture, $"{anchor.Size} leaves, root {anchor.Root}"),
                string.Create(CultureInfo.InvariantCulture, $"The kept proof of the anchor of {anchor.Size} leaves in block {anchor.BlockNumber}, 0x{Convert.ToHexStringLower(anchor.BlockHash)}."));
    }

    private static ToldEvent Told(LogStore log, StoredRecord record, string type, DateTimeOffset time, string agent, string detail, string restsOn) => new(
        new PreservationEvent(time, type, agent, EventOutcome.Success, detail, [new EventObjects(log.Keys.LogId, [new LeafRange(record.Leaf, record.Leaf + 1)])]), "", log.Origin, record.Leaf, restsOn);
}
