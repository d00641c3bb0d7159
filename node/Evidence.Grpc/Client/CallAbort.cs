using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Cancels a call for the first of its reasons: the caller's token, the deadline, or the channel's end.</summary>
internal sealed class CallAbort : IDisposable
{
    // Timers take no more than this (49 days); a later deadline is sent to the server but not watched here.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Action<CallOutcome> _abort;
    private readonly CancellationTokenRegistration _caller;
    private readonly CancellationTokenRegistration _channel;
    private readonly ITimer? _deadline;

    // The timeout is the time until the deadline; null: there is none.
    public CallAbort(CallOptions options, GrpcChannel channel, TimeSpan? timeout, Action<CallOutcome> abort)
    {
        _abort = abort;
        _channel = channel.Closed.UnsafeRegister(static state => ((CallAbort)state!)._abort(CallOutcome.ChannelClosed), this);
        _caller = options.CancellationToken.UnsafeRegister(static state => ((CallAbort)state!)._abort(CallOutcome.Cancelled), this);
        if (timeout <= LongestTimer)
            _deadline = channel.Options.TimeProvider.CreateTimer(
                static state => ((CallAbort)state!)._abort(CallOutcome.DeadlineExceeded), this, timeout.Value, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        // Unregister does not wait for a callback that runs just now: it would wait for itself.
        _channel.Unregister();
        _caller.Unregister();
        _deadline?.Dispose();
    }
}
