using Evidence.Core.Trust;
using Evidence.Ledger;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Anchoring;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication.Possession;
using Evidence.V1;

namespace Evidence.Node.Replication;

/// <summary>Replication's parts in the host.</summary>
internal static class ReplicationServices
{
    internal static IServiceCollection AddReplication(this IServiceCollection services) => services
        .AddSingleton(provider => new TrustedLogs(provider.GetService<TrustPolicy>(), [.. provider.GetRequiredService<NodeOptions>().Witnesses.Select(witness => witness.Key)]))
        .AddSingleton(provider => new AnchorBook(provider.GetService<ILedger>(), ContractOf(provider.GetRequiredService<NodeOptions>())))
        .AddSingleton(provider => new PeerBook(
            Connect(provider.GetRequiredService<NodeOptions>().Peers, provider.GetRequiredService<NodeTls>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<AlertBook>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => PeerOrigins.Load(provider.GetRequiredService<NodeOptions>().DataFolder, provider.GetRequiredService<NodeOptions>().Peers.Select(peer => peer.Name), provider.GetRequiredService<AlertBook>()))
        .AddSingleton<AnchorCandidate>()
        .AddSingleton(provider => PossessionBook.Load(provider.GetRequiredService<NodeOptions>().DataFolder, provider.GetRequiredService<AlertBook>()))
        .AddSingleton<PossessionDesk>()
        .AddSingleton<PossessionProber>()
        .AddSingleton<ReplicaMatrix>()
        .AddSingleton<FondsVolumes>()
        .AddSingleton<PolicyCheck>()
        .AddSingleton<VolumePull>()
        .AddSingleton<AnchorCopy>()
        .AddSingleton<Witness>()
        .AddSingleton<MirrorPuller>()
        .AddSingleton<CosignatureDesk>()
        .AddHostedService<MirrorWorker>();

    internal static IServiceCollection AddPossession(this IServiceCollection services) => services.AddHostedService<PossessionWorker>();

    internal static IServiceCollection AddAttesting(this IServiceCollection services) => services.AddHostedService<Attester>();

    private static AnchoringContract? ContractOf(NodeOptions options) =>
        options.Ledger is { } ledger ? new AnchoringContract(ledger.ChainId, ledger.Contract) : null;

    internal static IReadOnlyList<IPeer> Connect(IReadOnlyList<PeerOptions> peers, NodeTls tls, TimeProvider time) =>
        [.. peers.Select(peer => new PeerClient(
            peer.Name, new ReplicationService.ReplicationServiceClient(PeerChannel.To(peer, tls, time)), time))];
}
