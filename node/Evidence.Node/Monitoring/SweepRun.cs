using Evidence.Core.Verification;
using Evidence.Node.Events;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Repairing;
using Evidence.Storage;

namespace Evidence.Node.Monitoring;

/// <summary>One sweep from its first byte to its report: pass, alerts, repairs, and a pass again over what was repaired, until nothing more can be done.</summary>
internal sealed class SweepRun(NodeLogs logs, LogSweeper sweeper, Repairer repairer, AlertDesk desk, SweepPace pace, SweepProgress progress, SweepHistory history)
{
    // A repair may uncover what was hidden behind the damage: a volume hides the index, a rewritten seal its tiles.
    private const int MaxPasses = 5;
    private readonly Dictionary<string, LogSweep> _passes = [];
    private readonly Dictionary<string, RepairResult> _failed = [];
    private readonly HashSet<string> _givenUp = [];
    private readonly Dictionary<string, MendedFault> _repaired = [];
    private readonly Dictionary<string, string> _notSwept = [];

    internal async Task<SweepState> RunAsync(CancellationToken ct)
    {
        var affected = logs.All.ToList();
        progress.Expect(affected.Sum(log => log.Volumes.Sum(volume => volume.DurableLength)));
        progress.Found(await desk.CheckJournalsAsync(ct));
        for (var pass = 1; affected.Count > 0; pass++)
        {
            foreach (var log in affected) await PassAsync(log, pass == 1, ct);
            if (pass == 1) progress.Enter(SweepStage.Alert);
            foreach (var log in affected) await TellAsync(log, ct);
            affected = pass == MaxPasses ? [] : await RepairAsync(affected, ct);
            if (affected.Count > 0) progress.Enter(SweepStage.Recheck);
        }
        foreach (var fault in _passes.Values.SelectMany(pass => pass.Faults).Where(fault => _failed.ContainsKey(fault.Cause) && !_givenUp.Contains(fault.Cause))) GiveUp(fault.Cause, _failed[fault.Cause]);
        foreach (var pass in _passes.Values) await desk.StateAsync(pass.Faults, _failed, ct);
        if (_notSwept.Count == 0) await desk.CloseJournalsAsync(progress.State.Id, ct);
        return progress.State with { Stage = SweepStage.Done, Outcome = Conclude(), AllSwept = _notSwept.Count == 0 };
    }

    private async Task PassAsync(LogStore log, bool first, CancellationToken ct)
    {
        try
        {
            if (first) progress.Enter(SweepStage.Scan);
            var pass = await sweeper.RunAsync(log, ReferenceEquals(log, logs.Own), pace, progress, first, ct);
            progress.Found(pass.Remarks.Concat(pass.Faults.SelectMany(fault => fault.Findings)));
            _passes[log.Origin] = pass;
            history.Passed(pass);
            _notSwept.Remove(log.Origin);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _passes.Remove(log.Origin);
            _notSwept[log.Origin] = e.Message;
            var finding = new Finding(FindingCodes.SweepNotRun, Severity.Warning, Layer.Storage, log.Origin, $"The log '{log.Origin}' could not be swept to the end: {e.Message}");
            progress.Found([finding]);
            await desk.OpenAsync([new Fault(Causes.SweepFailed(log.Origin), log.Origin, finding.Message, [finding], new Remedy.Nothing())], ct);
        }
    }

    /// <summary>Opens what is new, closes what passed.</summary>
    private async Task TellAsync(LogStore log, CancellationToken ct)
    {
        if (!_passes.TryGetValue(log.Origin, out var pass)) return;
        await desk.OpenAsync(pass.Faults, ct);
        var standing = pass.Faults.Select(fault => fault.Cause).ToHashSet();
        foreach (var cause in _repaired.Keys.Where(standing.Contains).ToList()) DidNotHold(cause);
        await desk.CloseAsync(pass, new HashSet<Scope>(pass.Completed) { Scope.Sweep }, progress, _repaired, ct);
    }

    private void DidNotHold(string cause)
    {
        if (_repaired.Remove(cause, out var mended)) GiveUp(cause, RepairResult.Failed($"The repair did not hold; it was: {mended.Text}"));
    }

    /// <summary>Repairs what can be; the logs in which something was written.</summary>
    private async Task<List<LogStore>> RepairAsync(List<LogStore> affected, CancellationToken ct)
    {
        var written = new HashSet<LogStore>();
        foreach (var pass in affected.Select(log => _passes.GetValueOrDefault(log.Origin)).OfType<LogSweep>())
        {
            var failed = new List<string>();
            foreach (var fault in pass.Faults.Where(fault => fault.Remedy is not Remedy.Nothing && !_givenUp.Contains(fault.Cause)).OrderBy(fault => fault.Remedy.Order))
            {
                progress.Enter(SweepStage.Repair);
                if (await RepairAsync(pass, fault, ct)) written.Add(pass.Store);
                else failed.Add(fault.Cause);
            }
            // What proved nothing may be proven by what was mended after it: only where nothing was written is it known to be of no use.
            if (!written.Contains(pass.Store)) failed.ForEach(cause => GiveUp(cause, _failed[cause]));
        }
        return [.. written];
    }

    private void GiveUp(string cause, RepairResult result)
    {
        _failed[cause] = result;
        _givenUp.Add(cause);
        progress.Found(result.Findings);
    }

    private async Task<bool> RepairAsync(LogSweep pass, Fault fault, CancellationToken ct)
    {
        var result = desk.FindObjection(fault) ?? await repairer.RepairAsync(pass, fault, ct);
        history.Tried(pass, fault, result);
        if (result.Done)
        {
            _repaired[fault.Cause] = new MendedFault(fault, result.Text);
            _failed.Remove(fault.Cause);
            return true;
        }
        _failed[fault.Cause] = result;
        return false;
    }

    private Outcome Conclude()
    {
        var standing = _passes.Values.SelectMany(pass => pass.Faults).Select(fault => fault.Severity).ToList();
        if (standing.Contains(Severity.Error)) return Outcome.Altered;
        var unchecked_ = _notSwept.Count > 0 || standing.Contains(Severity.Warning)
            || _passes.Values.Any(pass => pass.Remarks.Any(remark => remark.Severity != Severity.Info));
        return unchecked_ ? Outcome.Undetermined : Outcome.Intact;
    }
}
