using Evidence.Core.Notes;
using Evidence.Node.Archiving;

namespace Evidence.Node.Logs;

/// <summary>Signs a checkpoint of the own log whenever it has grown, a few times a second, and once more at the end.</summary>
internal sealed partial class CheckpointPublisher(
    NodeLogs logs, LogSigner signer, AppendGate gate, TimeProvider time, ILogger<CheckpointPublisher> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim _publishing = new(1, 1);

    /// <summary>The checkpoint of everything that is in the log now, on the medium.</summary>
    internal async Task<SignedNote> PublishAsync(CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            return Current() ?? await logs.Own.PublishAsync(signer, ct);
        }
        finally
        {
            _publishing.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryPublishAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryPublishAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _publishing.Dispose();
        base.Dispose();
    }

    // The records are on the medium already. Whatever went wrong, the next round tries again; to end the node for it would help nobody.
    private async Task TryPublishAsync(CancellationToken ct)
    {
        if (gate.IsClosed || logs.Own.AppendRefusal is not null) return; // a signature under a second history could never be taken back
        try
        {
            await PublishAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // The node stops; StopAsync publishes what is left.
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    private SignedNote? Current() =>
        logs.Own.Checkpoint is { } note && Checkpoint.Parse(note.Text).Size == logs.Own.Size ? note : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "The checkpoint could not be published")]
    private partial void LogFailed(Exception e);
}
