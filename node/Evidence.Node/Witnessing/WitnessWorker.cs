using System.Globalization;
using Evidence.Node.Anchoring;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;

namespace Evidence.Node.Witnessing;

/// <summary>Asks each configured witness for its cosignature of what is anchored, for as long as the node runs. A slow witness holds up no other, and none holds up anchoring.</summary>
internal sealed partial class WitnessWorker(
    NodeOptions options, NodeLogs logs, AnchorHistories histories, CosignatureDesk desk, AppendGate gate, AlertBook alerts, TimeProvider time, ILogger<WitnessWorker> logger) : BackgroundService
{
    private const int FailuresThatCount = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(options.Witnesses.Select(witness => FollowAsync(witness, stoppingToken)));

    private async Task FollowAsync(WitnessOptions witness, CancellationToken ct)
    {
        var round = new WitnessRound(new WitnessClient(_http, witness, time), logs, histories, desk);
        var about = new WitnessAlerts(alerts, logs.Own.Origin, witness.Key.Name);
        for (var failures = 0; !ct.IsCancellationRequested;)
        {
            failures = await TryAsync(round, about, witness.Key.Name, failures, ct) ? 0 : failures + 1;
            var pause = Pause * Math.Pow(2, Math.Min(failures, 10));
            await Task.Delay(pause < LongestPause ? pause : LongestPause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryAsync(WitnessRound round, WitnessAlerts about, string name, int failures, CancellationToken ct)
    {
        try
        {
            var cosigned = await round.RunAsync(ct);
            await JudgeAsync(round, about, name, cosigned, ct);
            return true;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception e)
        {
            await ReportAsync(e, about, name, failures, ct);
            return false;
        }
    }

    private async Task JudgeAsync(WitnessRound round, WitnessAlerts about, string name, bool cosigned, CancellationToken ct)
    {
        var check = $"{AppendGate.Witness}:{name}";
        if (round.Ahead is { } ahead)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"The witness {name} has cosigned {ahead} leaves of this log, which has only {logs.Own.Size}: it was set back.");
            gate.Close(check, $"{message} Nothing is appended until the missing records are restored from a replica. Only the witness's word says so: if it is mistaken, take it out of node.json and start the node again.");
            await about.OpenAheadAsync(message, ct);
            return;
        }

        gate.Open(check);
        if (cosigned) gate.Open(AppendGate.Unconfirmed);
        if (cosigned) await about.CloseAsync(ct);
    }

    // A witness that is away for a moment is nobody's business; one that says no is.
    private async Task ReportAsync(Exception failure, WitnessAlerts about, string name, int failures, CancellationToken ct)
    {
        try
        {
            if (failure is WitnessRefusedException or UnknownCheckpointException) await about.OpenRefusedAsync(failure.Message, ct);
            else if (failure is WitnessContradictsException) await about.OpenContradictsAsync(failure.Message, ct);
            else if (failure is WitnessSilentException && failures + 1 >= FailuresThatCount) await about.OpenSilentAsync(failure.Message, ct);
            else if (failure is not WitnessSilentException) LogFailed(failure, name);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e, name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The witness {Witness} could not be asked")]
    private partial void LogFailed(Exception e, string witness);
}
