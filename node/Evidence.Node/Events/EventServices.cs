using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Events;

/// <summary>The event history's parts in the host.</summary>
internal static class EventServices
{
    internal static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton(OpenJournal)
        .AddSingleton<EventRecorder>()
        .AddSingleton<EventTrails>()
        .AddSingleton<EventHistory>()
        .AddSingleton<EventSealer>()
        .AddHostedService(static provider => provider.GetRequiredService<EventSealer>());

    private static EventJournal OpenJournal(IServiceProvider provider)
    {
        var (options, alerts) = (provider.GetRequiredService<NodeOptions>(), provider.GetRequiredService<AlertBook>());
        return EventJournal.OpenAsync(
            Path.Combine(options.DataFolder, "monitor", "events.log"), EventRecorder.AgentOf(options), statement => alerts.StateAsync(statement, CancellationToken.None),
            provider.GetRequiredService<TimeProvider>(), CancellationToken.None).GetAwaiter().GetResult();
    }
}
