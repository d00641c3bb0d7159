namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Where news of alerts is sent.</summary>
internal interface IAlertReceiver
{
    /// <summary>Its name in the configuration.</summary>
    string Name { get; }

    /// <summary>What it is to hear of.</summary>
    ReceiverRule Rule { get; }

    /// <summary>Which of the alerts that wait, the oldest news first, are to be sent now in one message; none: it is too early.</summary>
    IReadOnlyList<Alert> Choose(IReadOnlyList<Alert> waiting, DateTimeOffset now);

    /// <summary>Sends one message. It may come twice: when the answer is lost, and when the node ends before it has noted the delivery.</summary>
    /// <exception cref="DeliveryException">It is not known to have arrived.</exception>
    Task SendAsync(IReadOnlyList<Alert> alerts, CancellationToken ct);
}
