namespace Evidence.Node.Services;

/// <summary>How much of a stream is under way, and the wait until it is less than was agreed to. One caller waits at a time.</summary>
/// <param name="maxRecords">No more records are let in while this many are under way.</param>
/// <param name="maxBytes">Nor while these bytes are; the last record let in may go beyond.</param>
internal sealed class FlowWindow(int maxRecords, long maxBytes)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiting;
    private int _records;
    private long _bytes;

    private bool IsOpen => _records < maxRecords && _bytes < maxBytes;

    /// <summary>Waits until there is room for a record.</summary>
    internal Task RoomAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (IsOpen) return Task.CompletedTask;
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task.WaitAsync(ct);
        }
    }

    internal void Enter(long bytes)
    {
        lock (_gate) (_records, _bytes) = (_records + 1, _bytes + bytes);
    }

    internal void Leave(long bytes)
    {
        lock (_gate)
        {
            (_records, _bytes) = (_records - 1, _bytes - bytes);
            if (_waiting is null || !IsOpen) return;
            _waiting.SetResult();
            _waiting = null;
        }
    }
}
