using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Error, "The handler of {Method} failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string method);

    [LoggerMessage(2, LogLevel.Debug, "A call of {Method} ended with {StatusCode}: {Detail}")]
    public static partial void CallRefused(this ILogger logger, string method, StatusCode statusCode, string detail);
}
