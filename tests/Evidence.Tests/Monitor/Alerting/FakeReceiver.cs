using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Alerting.Delivering;

namespace Evidence.Tests.Monitor.Alerting;

/// <summary>A receiver in memory that takes one alert at a time and fails as it is told.</summary>
internal sealed class FakeReceiver(Severity least = Severity.Warning, bool onlyEscalated = false) : IAlertReceiver
{
    internal List<Alert> Taken { get; } = [];

    internal int Attempts { get; private set; }

    internal Func<Alert, DeliveryException?> Failure { get; set; } = _ => null;

    public string Name { get; init; } = "desk";

    public ReceiverRule Rule { get; } = new(least, onlyEscalated);

    public IReadOnlyList<Alert> Choose(IReadOnlyList<Alert> waiting, DateTimeOffset now) => [.. waiting.Take(1)];

    public Task SendAsync(IReadOnlyList<Alert> alerts, CancellationToken ct)
    {
        Attempts++;
        if (Failure(alerts[0]) is { } failure) throw failure;
        Taken.AddRange(alerts);
        return Task.CompletedTask;
    }
}
