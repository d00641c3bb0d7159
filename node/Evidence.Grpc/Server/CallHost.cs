using Google.Protobuf.Reflection;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>What all methods of a host share.</summary>
internal sealed class CallHost(IOptions<GrpcServiceOptions> options, ILoggerFactory loggers, TimeProvider time, IServiceProvider services)
{
    public GrpcServiceOptions Options { get; } = options.Value;

    public ILogger Logger { get; } = loggers.CreateLogger("Grpc.AspNetCore.Server");

    public TimeProvider Time { get; } = time;

    /// <summary>The interceptors of all methods, the outermost first.</summary>
    public Interceptor[] Interceptors { get; } = options.Value.Interceptors.Make(services);

    /// <summary>The services that are mapped, as far as they were generated from a .proto file.</summary>
    public List<ServiceDescriptor> Services { get; } = [];

    /// <summary>The answers for methods that do not exist are mapped; once is enough for all services.</summary>
    public bool HasFallback { get; set; }
}
