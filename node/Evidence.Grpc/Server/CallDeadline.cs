using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Ends a call when its time is up: cancels the handler's token and answers DEADLINE_EXCEEDED, whatever the handler does.</summary>
internal sealed class CallDeadline : IDisposable
{
    public static readonly Status Exceeded = new(StatusCode.DeadlineExceeded, "Deadline exceeded.");

    // Timers take no more than this (49 days); a later deadline is kept but not watched.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly CancellationTokenSource _cancel;
    private readonly CallCompletion _completion;
    private readonly ITimer? _timer;
    private volatile bool _passed;

    public CallDeadline(TimeSpan timeout, TimeProvider time, CancellationToken requestAborted, CallCompletion completion)
    {
        var now = time.GetUtcNow().UtcDateTime;
        At = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _completion = completion;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(requestAborted);
        Token = _cancel.Token;
        if (timeout <= LongestTimer)
            _timer = time.CreateTimer(static state => ((CallDeadline)state!).Pass(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>When the call must have ended, UTC.</summary>
    public DateTime At { get; }

    public CancellationToken Token { get; }

    public bool Passed => _passed;

    public void Dispose()
    {
        _timer?.Dispose();
        _cancel.Dispose();
    }

    private void Pass()
    {
        _passed = true;
        _completion.Force(Exceeded);
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended while the timer fired.
        }
    }
}
