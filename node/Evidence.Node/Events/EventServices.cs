using Evidence.Node.Configuration;

namespace Evidence.Node.Events;

/// <summary>The event history's parts in the host.</summary>
internal static partial class EventServices
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
        var path = Path.Combine(provider.GetRequiredService<NodeOptions>().DataFolder, "monitor", "events.log");
        var journal = EventJournal.Open(path, provider.GetRequiredService<TimeProvider>(), out var damage);
        if (damage is not null) LogDamaged(provider.GetRequiredService<ILogger<EventJournal>>(), damage);
        return journal;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal of events was damaged; what could be read of it goes on in a new one: {Damage}")]
    private static partial void LogDamaged(ILogger logger, string damage);
}
