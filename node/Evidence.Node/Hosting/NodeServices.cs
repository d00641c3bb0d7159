using Evidence.Ledger;
using Evidence.Node.Access;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Anchoring;
using Evidence.Node.Archiving;
using Evidence.Node.Archiving.Uploads;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Heartbeats;
using Evidence.Node.Packaging;
using Evidence.Node.Replication;
using Evidence.Node.Services;
using Evidence.Node.Verification;
using Evidence.Node.Witnessing;
using Evidence.V1;
using Grpc.Observing;
using Microsoft.AspNetCore.Builder;

namespace Evidence.Node.Hosting;

/// <summary>Puts the parts of a node together.</summary>
internal static class NodeServices
{
    internal static void Add(IServiceCollection services, NodeOptions options, NodeState state, NodeTls tls, NodeSeams seams)
    {
        AddState(services, options, state, seams.Time);
        services.AddAccess(tls);
        AddArchiving(services, state);
        AddVerification(services);
        services.AddSingleton<CheckpointPublisher>().AddHostedService(provider => provider.GetRequiredService<CheckpointPublisher>());
        if (options.Ledger is { } ledger) AddAnchoring(services, ledger, seams.Ledger);
        services.AddEvents().AddMonitoring().AddAlerting(options).AddHeartbeats(options).AddReplication();
        if (options.Replicas.ProveEvery is not null) services.AddPossession();
        if (options is { Ledger: not null, Replication.AttestEvery: not null }) services.AddAttesting();
        var reader = new WholeRecordReader();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = ArchiveLimits.MaxMessageBytes;
            grpc.ReadRequestsBy(reader.ReadRecord);
            grpc.ReadRequestsBy(reader.ReadNumbered);
            grpc.Interceptors.Add<CallMetrics>();
            grpc.Interceptors.Add<CallLog>();
        });
        services.AddGrpcHealth().AddGrpcReflection().AddHostedService<NodeHealth>();
    }

    internal static void Map(WebApplication app)
    {
        app.MapGrpcService<ArchiveGrpcService>().WithDeclaredAccess(ArchiveService.Descriptor);
        app.MapGrpcService<UploadGrpcService>().WithDeclaredAccess(UploadService.Descriptor);
        app.MapGrpcService<VerificationGrpcService>().WithDeclaredAccess(VerificationService.Descriptor);
        app.MapGrpcService<AuditGrpcService>().WithDeclaredAccess(AuditService.Descriptor);
        app.MapGrpcService<MonitorGrpcService>().WithDeclaredAccess(MonitorService.Descriptor);
        app.MapGrpcService<ReplicationGrpcService>().WithDeclaredAccess(ReplicationService.Descriptor);
        app.MapGrpcService<HeartbeatGrpcService>().WithDeclaredAccess(HeartbeatService.Descriptor);
        app.MapGrpcHealthService().OpenToAnyone();
        app.MapGrpcReflectionService().OpenToAnyone();
    }

    private static void AddState(IServiceCollection services, NodeOptions options, NodeState state, TimeProvider time)
    {
        services.AddSingleton(options).AddSingleton(time);
        services.AddSingleton(state.Keys).AddSingleton(state.Keys.Log).AddSingleton(state.Keys.Witness).AddSingleton(state.Keys.Operator);
        services.AddSingleton(state.Logs).AddSingleton(state.Gate).AddSingleton(state.Alerts).AddSingleton(state.Sweeps);
        services.AddSingleton(state.Roots).AddSingleton(state.Trust);
        if (state.Trust.Policy is { } policy) services.AddSingleton(policy);
    }

    private static void AddArchiving(IServiceCollection services, NodeState state) => services
        .AddSingleton<SignatureGate>()
        .AddSingleton(provider => new OwnLogAppender(
            state.Appender, state.Logs.Own, state.Gate, state.Alerts, provider.GetRequiredService<ILogger<OwnLogAppender>>()))
        .AddSingleton<RecordSealing>()
        .AddSingleton<SweepPages>()
        .AddSingleton<UploadQuota>()
        .AddSingleton<RecordArchiver>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<UploadBook>(provider, state.Logs.Own))
        .AddHostedService<UploadExpiry>()
        .AddHostedService<OwnLogWatch>();

    private static void AddVerification(IServiceCollection services) => services
        .AddSingleton<AnchorHistories>()
        .AddSingleton<Cosignatures>()
        .AddSingleton(provider => new LedgerComparison(provider.GetService<ILedger>()))
        .AddSingleton<AnchorChoice>()
        .AddSingleton<LeafProofReader>()
        .AddSingleton<RecordFinder>()
        .AddSingleton<RecordEvidenceReader>()
        .AddSingleton<CheckpointChoice>()
        .AddSingleton<PackageBuilder>()
        .AddSingleton<RecordMessages>()
        .AddSingleton<ContentSender>();

    private static void AddAnchoring(IServiceCollection services, LedgerSection section, ILedger? ledger) => services
        .AddSingleton(provider => ledger ?? section.Connect(provider.GetRequiredService<NodeTrust>().Policy?.Chain, new HttpClient(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LedgerClient>>()))
        .AddSingleton(provider => new AnchorSchedule(section, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new AnchorAlerts(provider.GetRequiredService<AlertBook>(), provider.GetRequiredService<NodeLogs>().Own.Origin))
        .AddSingleton<AnchorRound>()
        .AddHostedService<AnchorSubmitter>()
        .AddHostedService<WitnessWorker>();
}
