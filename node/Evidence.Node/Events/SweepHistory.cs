using System.Globalization;
using Evidence.Core.Events;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Repairing;
using Evidence.Storage;
using Evidence.Storage.LevelDb;

namespace Evidence.Node.Events;

/// <summary>Gathers what a sweep did to records, and tells it as events over ranges of leaves, however many records there are.</summary>
internal sealed class SweepHistory(string agent, TimeProvider time)
{
    /// <summary>What a pass over a log compares, in the words of the event.</summary>
    private static readonly (Scope Scope, string Name)[] Parts =
    [
        (Scope.Volumes, "content and seals"), (Scope.VolumeFolder, "folder of volumes"), (Scope.Tiles, "tiles"), (Scope.Checkpoint, "checkpoint"), (Scope.Identity, "log.json"), (Scope.Ledger, "ledger"), (Scope.Proofs, "proofs"), (Scope.Index, "index"),
    ];

    private readonly Dictionary<LogStore, (LogSweep First, LogSweep Last)> _passes = [];
    private readonly Dictionary<string, (LogStore Log, Fault Fault, RepairResult Result)> _repairs = [];

    /// <summary>A pass over a log came to its end.</summary>
    internal void Passed(LogSweep pass) => _passes[pass.Store] = _passes.TryGetValue(pass.Store, out var before) ? (before.First, pass) : (pass, pass);

    /// <summary>A repair was tried.</summary>
    internal void Tried(LogSweep pass, Fault fault, RepairResult result) => _repairs[fault.Cause] = (pass.Store, fault, result);

    /// <summary>The events, as of now.</summary>
    internal IReadOnlyList<PreservationEvent> Tell(SweepState sweep) => [.. _passes.Where(static pass => pass.Value.First.Size > 0).SelectMany(pass => Tell(sweep, pass.Key, pass.Value.First, pass.Value.Last))];

    private IEnumerable<PreservationEvent> Tell(SweepState sweep, LogStore log, LogSweep first, LogSweep last)
    {
        // The index may not know all of them, and the volumes not those that cannot be read: both are asked.
        var damaged = Within(first.Size, LeafRange.Merge(LeavesOf(log, first.Faults).Concat(first.Unsound)));
        var sound = Without(first.Size, damaged);
        if (sound.Count > 0) yield return Event(log, EventTypes.FixityCheck, OutcomeOf(last), Summary(sweep, first, last), sound);
        if (damaged.Count > 0) yield return Damaged(sweep, log, [.. first.Faults.Where(IsOfVolume).Select(static fault => fault.Message)], damaged);
        foreach (var kind in _repairs.Values.Where(repair => repair.Log == log).GroupBy(repair => Held(repair.Fault, repair.Result, last)))
        {
            var leaves = Within(first.Size, LeavesOf(log, [.. kind.Select(static repair => repair.Fault)]));
            yield return Event(log, EventTypes.Recovery, kind.Key ? EventOutcome.Success : EventOutcome.Failure, $"{sweep.Id}: {First([.. kind.Select(static repair => repair.Result.Text)])}", leaves) with { Count = (ulong)kind.Count() };
        }
    }

    private PreservationEvent Damaged(SweepState sweep, LogStore log, IReadOnlyList<string> faults, IReadOnlyList<LeafRange> leaves) => faults.Count > 0
        ? Event(log, EventTypes.FixityCheck, EventOutcome.Failure, $"{sweep.Id}: {First(faults)}", leaves)
        : Event(log, EventTypes.FixityCheck, EventOutcome.Undetermined, $"{sweep.Id}: volumes and tiles differ in these leaves, and nothing says which of them is right.", leaves);

    private static bool Held(Fault fault, RepairResult result, LogSweep last) => result.Done && last.Faults.All(standing => standing.Cause != fault.Cause);

    private static EventOutcome OutcomeOf(LogSweep last) =>
        last.Faults.Any(static fault => fault.Severity == Severity.Error && !IsOfVolume(fault)) ? EventOutcome.Failure
        : NotCompared(last).Any() || last.Faults.Any(static fault => !IsOfVolume(fault)) || last.Remarks.Any(static remark => remark.Severity != Severity.Info) ? EventOutcome.Undetermined
        : EventOutcome.Success;

    private static string Summary(SweepState sweep, LogSweep first, LogSweep last)
    {
        string[] compared = [.. Parts.Where(part => last.Completed.Contains(part.Scope)).Select(static part => part.Name)], not = [.. NotCompared(last)];
        var text = string.Create(CultureInfo.InvariantCulture, $"{sweep.Id} of {first.Origin}, {first.Size} leaves: compared: {Names(compared)}");
        if (not.Length > 0) text += $"; not compared, or not to the end: {Names(not)}";
        string[] standing = [.. last.Faults.Where(static fault => !IsOfVolume(fault)).Select(static fault => fault.Message), .. last.Remarks.Where(static remark => remark.Severity != Severity.Info).Select(static remark => remark.Message)];
        return standing.Length == 0 ? text : $"{text}; {First(standing)}";
    }

    private static IEnumerable<string> NotCompared(LogSweep last) => Parts.Where(part => !last.Completed.Contains(part.Scope)).Select(static part => part.Name);

    private static string Names(string[] parts) => parts.Length == 0 ? "nothing" : string.Join(", ", parts);

    private static string First(IReadOnlyList<string> texts) => texts.Count == 1 ? texts[0] : string.Create(CultureInfo.InvariantCulture, $"{texts[0]} (The first of {texts.Count}.)");

    private PreservationEvent Event(LogStore log, string type, EventOutcome outcome, string detail, IReadOnlyList<LeafRange> leaves) =>
        new(time.GetUtcNow(), type, agent, outcome, detail, leaves.Count == 0 ? [] : [new EventObjects(log.Keys.LogId, leaves)]);

    private static bool IsOfVolume(Fault fault) => Causes.ScopeOf(fault.Cause) == Scope.Volumes;

    private static IReadOnlyList<LeafRange> LeavesOf(LogStore log, IReadOnlyList<Fault> faults)
    {
        (uint, long, long)[] ranges = [.. faults.Select(static fault => fault.Remedy).Where(static remedy => remedy is Remedy.VolumeRange or Remedy.WholeVolume).Select(static remedy => remedy is Remedy.VolumeRange range ? (range.Volume, range.Offset, range.Length) : (((Remedy.WholeVolume)remedy).Volume, 0, long.MaxValue))];
        if (ranges.Length == 0) return [];
        try
        {
            return LeafRange.Merge(log.FindLeavesIn(ranges).Select(static leaf => new LeafRange(leaf, leaf + 1)));
        }
        catch (LevelDbException)
        {
            return [new LeafRange(0, log.Size)]; // nobody can say which they are: any of them may be
        }
    }

    private static IReadOnlyList<LeafRange> Within(ulong size, IReadOnlyList<LeafRange> leaves) =>
        [.. leaves.Where(range => range.From < size).Select(range => range with { To = Math.Min(range.To, size) })];

    private static List<LeafRange> Without(ulong size, IReadOnlyList<LeafRange> leaves)
    {
        var (rest, from) = (new List<LeafRange>(), 0UL);
        foreach (var range in leaves)
        {
            if (from < range.From) rest.Add(new LeafRange(from, range.From));
            from = range.To;
        }

        if (from < size) rest.Add(new LeafRange(from, size));
        return rest;
    }
}
