using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.Observing;

/// <summary>Logs every call at its end: one line with method, peer, status and time. Neither messages nor metadata are shown, since they may hold secrets.</summary>
/// <param name="logger">Takes the lines: those of calls that ended with OK as details, others as information.</param>
/// <param name="time">Measures.</param>
public sealed partial class CallLog(ILogger<CallLog> logger, TimeProvider time) : CallObserver(time)
{
    /// <inheritdoc/>
    protected internal override void OnEnded(in ObservedCall call)
    {
        var level = call.Code == StatusCode.OK ? LogLevel.Debug : LogLevel.Information;
        if (logger.IsEnabled(level))
            LogEnded(level, call.Side, call.Method, call.Peer, call.Code, call.Took.TotalMilliseconds);
    }

    [LoggerMessage(Message = "{Side} call {Method} {Peer} ended with {StatusCode} after {Milliseconds:0.0} ms")]
    private partial void LogEnded(LogLevel level, CallSide side, string method, string peer, StatusCode statusCode, double milliseconds);
}
