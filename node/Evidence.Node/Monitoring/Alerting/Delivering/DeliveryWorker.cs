namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Sends alerts to every receiver, each at its own pace: one that does not answer holds up no other.</summary>
internal sealed partial class DeliveryWorker(
    AlertBook book, IReadOnlyList<IAlertReceiver> receivers, string folder, TimeSpan expireAfter, TimeProvider time, ILogger<DeliveryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ForgetOthersAsync(stoppingToken);
        await Task.WhenAll(receivers.Select(receiver => FollowAsync(receiver, stoppingToken)));
    }

    private async Task FollowAsync(IAlertReceiver receiver, CancellationToken ct)
    {
        var marks = DeliveryMarks.Load(Path.Combine(folder, $"{receiver.Name}.json"), book.All);
        var delivery = new Delivery(book, receiver, marks, expireAfter, time, logger);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                while (await delivery.StepAsync(ct))
                {
                    // more may be due
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e, receiver.Name);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return; // what was under way is sent again after the next start
            }
            await Task.Delay(Pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A receiver that was taken out of the configuration can never pass the check that closes its alert.
    private async Task ForgetOthersAsync(CancellationToken ct)
    {
        var known = receivers.Select(receiver => Delivery.CauseOf(receiver.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var alert in book.All.Where(alert => alert.IsOpen && alert.Cause.StartsWith(Delivery.CauseOf(""), StringComparison.Ordinal) && !known.Contains(alert.Cause)))
            await book.CloseAsync(alert.Cause, "a configuration without this receiver", "", ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The delivery of alerts to {Receiver} failed by a fault of this program")]
    private partial void LogFailed(Exception e, string receiver);
}
