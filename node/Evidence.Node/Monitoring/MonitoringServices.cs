namespace Evidence.Node.Monitoring;

/// <summary>The monitor's parts in the host.</summary>
internal static class MonitoringServices
{
    internal static IServiceCollection AddMonitoring(this IServiceCollection services) => services.AddSingleton<Sweeper>();
}
