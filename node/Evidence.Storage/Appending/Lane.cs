using System.Threading.Channels;

namespace Evidence.Storage.Appending;

/// <summary>Does what is posted to it one after the other, on another thread than the one that posts.</summary>
internal sealed class Lane : IAsyncDisposable
{
    private readonly Channel<Action> _steps = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _runner;

    internal Lane() => _runner = Task.Run(RunAsync);

    /// <summary>Posts a step. Steps must not throw.</summary>
    internal void Post(Action step) => _steps.Writer.TryWrite(step);

    /// <summary>Posts a question; the answer comes when every step before it is done.</summary>
    internal Task<T> Ask<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_steps.Writer.TryWrite(() => answer.SetResult(question()))) answer.SetException(new ObjectDisposedException(nameof(Lane)));
        return answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _steps.Writer.TryComplete();
        await _runner;
    }

    private async Task RunAsync()
    {
        await foreach (var step in _steps.Reader.ReadAllAsync()) step();
    }
}
