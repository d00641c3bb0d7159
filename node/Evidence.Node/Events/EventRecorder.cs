using System.Globalization;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Node.Configuration;
using Evidence.Storage;

namespace Evidence.Node.Events;

/// <summary>Writes down what happens to records. Whoever does it never fails for it: what cannot be written down is counted, and said as soon as that can be.</summary>
internal sealed partial class EventRecorder(EventJournal journal, NodeOptions options, TimeProvider time, ILogger<EventRecorder> logger)
{
    private const int MaxRanges = EventDocument.MaxRanges / 4, MaxText = 1000;
    private readonly ReadTally _reads = new();
    private long _lost;

    /// <summary>This node as an agent: the name of its log, and its software.</summary>
    internal string Agent { get; } = AgentOf(options);

    /// <summary>A node as an agent: the name of its log, and its software.</summary>
    internal static string AgentOf(NodeOptions options) => $"{options.Origin} (Evidence {typeof(EventRecorder).Assembly.GetName().Version!.ToString(3)})";

    /// <summary>Writes events down, on the medium.</summary>
    internal async Task RecordAsync(IEnumerable<PreservationEvent> events, CancellationToken ct)
    {
        foreach (var one in events.SelectMany(InPieces)) await AppendAsync(one, ct);
        if (Interlocked.Exchange(ref _lost, 0) is var lost and > 0 && !await TryAppendAsync(Lost(lost), ct)) Interlocked.Add(ref _lost, lost);
    }

    /// <summary>Notes that a record was read out. Of the history itself that is not told: it would never end.</summary>
    /// <param name="log">Its log.</param>
    /// <param name="record">The record.</param>
    /// <param name="agent">Who read it: a name, or an address.</param>
    internal void ReadOut(LogStore log, StoredRecord record, string agent)
    {
        if (record.Seal?.Submitter != EventDocument.SubmitterOf(log.Origin)) _reads.Add(log.Keys.LogId, record.Leaf, agent);
    }

    /// <summary>Whether so much was read out that it must be written down now.</summary>
    internal bool IsFull => _reads.IsFull;

    /// <summary>Writes down what was read out since the last time.</summary>
    internal Task FlushReadsAsync(CancellationToken ct) => RecordAsync(_reads.Take(time.GetUtcNow()), ct);

    private async Task AppendAsync(PreservationEvent one, CancellationToken ct)
    {
        if (!await TryAppendAsync(one, ct)) Interlocked.Increment(ref _lost);
    }

    private async Task<bool> TryAppendAsync(PreservationEvent one, CancellationToken ct)
    {
        try
        {
            if (await journal.TryAppendAsync(one, ct)) return true;
            LogFull(EventJournal.MaxBytes);
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            LogFailed(e);
        }

        return false;
    }

    private PreservationEvent Lost(long count) => new(
        time.GetUtcNow(), EventTypes.Recording, Agent, EventOutcome.Failure, string.Create(CultureInfo.InvariantCulture, $"{count} events could not be written down: the journal was full, or the medium did not take them."), []);

    /// <summary>As many events of the same kind as are needed for none to have too many ranges. Their texts may come from anybody, and can be sealed and shown whatever they hold.</summary>
    private static IEnumerable<PreservationEvent> InPieces(PreservationEvent one)
    {
        one = one with { Agent = PlainText.Short(one.Agent, MaxText), Detail = PlainText.Short(one.Detail, MaxText) };
        return one.Objects.Sum(static objects => objects.Leaves.Count) <= MaxRanges
            ? [one]
            : one.Objects.SelectMany(objects => objects.Leaves.Chunk(MaxRanges).Select(leaves => one with { Objects = [objects with { Leaves = leaves }] }));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An event was not recorded: the journal has the {Bytes} bytes that it may have")]
    private partial void LogFull(long bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "An event was not recorded")]
    private partial void LogFailed(Exception e);
}
