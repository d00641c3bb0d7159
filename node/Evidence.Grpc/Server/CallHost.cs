using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>What all methods of a host share.</summary>
internal sealed class CallHost(IOptions<GrpcServiceOptions> options, ILoggerFactory loggers, TimeProvider time)
{
    public GrpcServiceOptions Options { get; } = options.Value;

    public ILogger Logger { get; } = loggers.CreateLogger("Grpc.AspNetCore.Server");

    public TimeProvider Time { get; } = time;

    /// <summary>The answers for methods that do not exist are mapped; once is enough for all services.</summary>
    public bool HasFallback { get; set; }
}
