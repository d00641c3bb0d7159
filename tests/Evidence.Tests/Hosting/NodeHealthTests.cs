using Evidence.Core.Verification;
using Evidence.Node.Archiving;
using Evidence.Tests.Nodes;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Evidence.Tests.Hosting;

/// <summary>What a node says of its services by grpc.health.v1.</summary>
public sealed class NodeHealthTests
{
    private static readonly string[] All =
    [
        "", "evidence.v1.ArchiveService", "evidence.v1.UploadService", "evidence.v1.VerificationService", "evidence.v1.AuditService",
        "evidence.v1.MonitorService", "evidence.v1.ReplicationService", "evidence.v1.HeartbeatService",
    ];

    [Fact]
    public async Task A_node_without_faults_serves_with_all_its_services()
    {
        await using var node = await TestNode.StartNewAsync();
        using var channel = GrpcChannel.ForAddress(node.Address.AbsoluteUri);
        await AssertAsync(channel);
    }

    [Fact]
    public async Task A_log_that_must_not_grow_takes_no_records_and_serves_all_else()
    {
        await using var node = await TestNode.StartNewAsync();
        using var channel = GrpcChannel.ForAddress(node.Address.AbsoluteUri);
        var gate = node.Services.GetRequiredService<AppendGate>();
        gate.Close("test", "the test says so");
        await AssertAsync(channel, "evidence.v1.ArchiveService", "evidence.v1.UploadService");
        gate.Open("test");
        await AssertAsync(channel);
    }

    [Theory]
    [InlineData(OwnLogAppender.Alert, "evidence.v1.ArchiveService", "evidence.v1.UploadService")]
    [InlineData(OwnLogAppender.StagingAlert, "evidence.v1.UploadService")]
    public async Task A_disk_that_fails_takes_no_records_and_serves_all_else(string alert, params string[] notServing)
    {
        await using var node = await TestNode.StartNewAsync();
        using var channel = GrpcChannel.ForAddress(node.Address.AbsoluteUri);
        await node.Alerts.OpenAsync(alert, Severity.Error, node.Identity.Origin, "The disk fails.", [], CancellationToken.None);
        await AssertAsync(channel, notServing);
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_its_checkpoint_takes_no_records()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await node.AnchoredAsync((await Upload.Of("cut off"u8.ToArray()).SendAsync(node)).Record);
        var volume = Assert.Single(Directory.GetFiles(Path.Combine(node.Logs.Own.Folder, "volumes")));
        await node.StopAsync();
        using (var file = File.OpenWrite(volume)) file.SetLength(file.Length - 512);
        await node.StartAsync();
        using var channel = GrpcChannel.ForAddress(node.Address.AbsoluteUri);
        await AssertAsync(channel, "evidence.v1.ArchiveService", "evidence.v1.UploadService");
    }

    [Fact]
    public async Task A_ledger_that_does_not_answer_is_a_fault_of_the_audit_until_it_does()
    {
        await using var node = await TestNode.StartNewAsync();
        using var channel = GrpcChannel.ForAddress(node.Address.AbsoluteUri);
        node.Ledger.Failure = _ => FakeLedger.Unreachable;
        await Upload.Of("sealed only"u8.ToArray()).SendAsync(node);
        await AssertAsync(channel, "evidence.v1.AuditService");
        node.Ledger.Failure = null;
        await AssertAsync(channel);
    }

    [Fact]
    public async Task A_peer_that_is_down_is_a_fault_of_replication()
    {
        await using var node = await TestNode.StartNewAsync();
        using var channel = GrpcChannel.ForAddress(node.Address.AbsoluteUri);
        await node.Alerts.OpenAsync("peer-down:node2", Severity.Warning, "", "Peer node2 does not answer.", [], CancellationToken.None);
        await AssertAsync(channel, "evidence.v1.ReplicationService");
        await node.Alerts.CloseAsync("peer-down:node2", "the peer answers again", "", CancellationToken.None);
        await AssertAsync(channel);
    }

    private static async Task AssertAsync(GrpcChannel channel, params string[] notServing)
    {
        var client = new Health.HealthClient(channel);
        var expected = string.Join(' ', notServing.Order(StringComparer.Ordinal));
        await Eventually.GetAsync(async () =>
        {
            var down = new List<string>();
            foreach (var service in All)
            {
                if ((await client.CheckAsync(new HealthCheckRequest { Service = service })).Status != Status.Serving) down.Add(service);
            }
            return string.Join(' ', down.Order(StringComparer.Ordinal));
        }, down => down == expected, $"these and no others do not serve: [{expected}]");
    }
}
