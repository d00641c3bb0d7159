using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Repairing;
using Evidence.Node.Replication;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Tests.Replication;

/// <summary>What a peer's refusals and faults say of what it holds.</summary>
public sealed class PeerFaultTests
{
    [Theory]
    [InlineData(StatusCode.Internal, false)]
    [InlineData(StatusCode.Unknown, false)]
    [InlineData(StatusCode.Unimplemented, false)]
    [InlineData(StatusCode.DataLoss, false)]
    [InlineData(StatusCode.PermissionDenied, false)]
    [InlineData(StatusCode.NotFound, true)]
    [InlineData(StatusCode.OutOfRange, true)]
    public async Task Nothing_is_unrecoverable_before_every_copy_was_seen(StatusCode code, bool isSeen)
    {
        var peer = new PeerClient("peer", new FailingClient(code), TimeProvider.System);
        var result = await new CopyAttempts("volume 1").RunAsync(new PeerSources([peer], []), async asked =>
        {
            await asked.ListLogsAsync(default);
            return RepairResult.Failed("unreachable code", []);
        }, default);
        Assert.False(result.Done);
        Assert.Equal(isSeen, result.Findings.Any(finding => finding.Code == FindingCodes.Unrecoverable));
    }

    private sealed class FailingClient(StatusCode code) : ReplicationService.ReplicationServiceClient
    {
        public override AsyncUnaryCall<ListLogsResponse> ListLogsAsync(ListLogsRequest request, CallOptions options) => throw new RpcException(new Status(code, "test"));
    }
}
