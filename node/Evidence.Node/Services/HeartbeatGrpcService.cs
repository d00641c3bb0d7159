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
    public override Task<GetHeartbeatResponse> GetHeartbeat(GetHeartbeatRequest request, ServerCallContext context) =>
        Task.FromResult(new GetHeartbeatResponse { Note = ByteString.CopyFrom(Encoding.UTF8.GetBytes(maker.Make().Encode())) });
}
