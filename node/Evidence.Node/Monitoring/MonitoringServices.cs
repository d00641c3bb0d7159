using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Media;
using Evidence.Node.Monitoring.Places;
using Evidence.Node.Monitoring.Repairing;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring;

/// <summary>The monitor's parts in the host.</summary>
internal static class MonitoringServices
{
    internal static IServiceCollection AddMonitoring(this IServiceCollection services) => services
        .AddSingleton(provider => new ProofRules(
            provider.GetRequiredService<AnchorBook>().Contract, provider.GetRequiredService<TrustedLogs>(), provider.GetRequiredService<Cosigner>().Key))
        .AddSingleton(provider => new LogSweeper(
            provider.GetService<ILedger>(), provider.GetRequiredService<ProofRules>(), provider.GetRequiredService<SweepPlaces>(),
            provider.GetRequiredService<AlertBook>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(OpenPlaces)
        .AddSingleton<SweepPaces>()
        .AddSingleton(provider => new VolumeRepair(
            provider.GetRequiredService<PeerBook>(), Path.Combine(provider.GetRequiredService<NodeOptions>().DataFolder, "staging")))
        .AddSingleton(provider => new CatchUpProof(provider.GetService<ILedger>()))
        .AddSingleton<WholeVolumeRepair>()
        .AddSingleton<RewriteRepair>()
        .AddSingleton(provider => new ProofRepair(
            provider.GetRequiredService<PeerBook>(), provider.GetService<ILedger>(), provider.GetRequiredService<ProofRules>(), provider.GetRequiredService<NodeKeys>()))
        .AddSingleton<Repairer>()
        .AddSingleton<Sweeper>()
        .AddHostedService<RoomWatch>()
        .AddSingleton(provider => new KernelCounters(provider.GetRequiredService<NodeOptions>().DataFolder))
        .AddHostedService<MediumWatch>()
        .AddHostedService<FormerPeers>()
        .AddHostedService<SweepScheduler>();

    private static SweepPlaces OpenPlaces(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<NodeOptions>();
        var path = Path.Combine(options.DataFolder, "monitor", "places");
        var file = new PlacesFile(path, NodeKeys.SecretFor("sweep places", options));
        if (file.IsDamaged) CheckedFile.SetAside(path, provider.GetRequiredService<AlertBook>(), "When volumes were read last is not known any more: they count as never read, and the next sweep reads everything.");
        return new SweepPlaces(file, options.VolumeBytes / 4, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SweepPlaces>>());
    }
}
