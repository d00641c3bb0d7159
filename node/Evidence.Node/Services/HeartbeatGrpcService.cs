using System.Text;
using Evidence.Node.Monitoring.Heartbeats;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Says whether the monitor is alive, to whoever asks.</summary>
internal sealed class HeartbeatGrpcService(HeartbeatMaker maker) : HeartbeatService.HeartbeatServiceBase
{
    /// <inheritdoc/>
    public override async Task<GetHeartbeatResponse> GetHeartbeat(GetHeartbeatRequest request, ServerCallContext context) =>
        new() { Note = ByteString.CopyFrom(Encoding.UTF8.GetBytes((await maker.MakeAsync(context.CancellationToken)).Encode())) };
}
