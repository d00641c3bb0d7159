namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Sends alerts to every receiver, each at its own pace: one that does not answer holds up no other.</summary>
internal sealed partial class DeliveryWorker(
    AlertBook book, IReadOnlyList<IAlertReceiver> receivers, string folder, TimeSpan expireAfter, TimeProvider time, ILogger<DeliveryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(receivers.Select(receiver => FollowAsync(receiver, stoppingToken)).Append(ForgetOthersAsync(stoppingToken)));
    }

    private async Task FollowAsync(IAlertReceiver receiver, CancellationToken ct)
    {
        Delivery? delivery = null;
        while (!ct.IsCancellationRequested) // what was under way then is sent again after the next start
        {
            await TryAsync(async () =>
            {
                delivery ??= new Delivery(book, receiver, DeliveryMarks.Load(Path.Combine(folder, $"{receiver.Name}.json"), book), expireAfter, time, logger);
                while (await delivery.StepAsync(ct))
                {
                    // more may be due
                }
            }, receiver.Name, ct);
            await Task.Delay(Pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryAsync(Func<Task> step, string receiver, CancellationToken ct)
    {
        try
        {
            await step();
            return true;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception e)
        {
            LogFailed(e, receiver);
            return false;
        }
    }

    // A receiver that was taken out of the configuration can never pass the check that closes its alert.
    private async Task ForgetOthersAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested && !await TryAsync(() => CloseOthersAsync(ct), "receivers that are configured no more", ct))
            await Task.Delay(Pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CloseOthersAsync(CancellationToken ct)
    {
        var known = receivers.Select(receiver => Delivery.CauseOf(receiver.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var alert in book.All.Where(alert => alert.IsOpen && alert.Cause.StartsWith(Delivery.CauseOf(""), StringComparison.Ordinal) && !known.Contains(alert.Cause)))
            await book.CloseAsync(alert.Cause, "a configuration without this receiver", "", ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The delivery of alerts to {Receiver} failed by a fault of this program or its disk; it is tried again")]
    private partial void LogFailed(Exception e, string receiver);
}
