using System.Diagnostics.CodeAnalysis;

namespace Evidence.Storage.Appending;

/// <summary>Records on their way to the writer, first come, first served. As many as fit the limits are let in, by number and by bytes, and count until they are done; whoever comes then waits outside.</summary>
internal sealed class AppendQueue(int mostRecords, long mostBytes)
{
    private readonly object _lock = new(); // waited on, which System.Threading.Lock cannot do
    private readonly Queue<PendingAppend> _ready = [];
    private readonly Queue<PendingAppend> _outside = [];
    private int _records;
    private long _bytes;
    private bool _ended;

    /// <summary>Whether no record waits for the writer.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_lock) return _ready.Count == 0;
        }
    }

    /// <summary>Lets a record in, at once or when there is room.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before there was room.</exception>
    /// <exception cref="StorageException">The queue has ended.</exception>
    internal ValueTask EnterAsync(PendingAppend append)
    {
        lock (_lock)
        {
            if (_ended) throw Ended();
            if (_outside.Count == 0 && HasRoom(append))
            {
                Admit(append);
                return ValueTask.CompletedTask;
            }

            append.Admission = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _outside.Enqueue(append);
        }

        return WaitAsync(append.Admission, append.Cancellation);
    }

    /// <summary>Waits for records; false when the queue has ended and is empty.</summary>
    internal bool Wait()
    {
        lock (_lock)
        {
            while (_ready.Count == 0 && !_ended) Monitor.Wait(_lock);
            return _ready.Count > 0;
        }
    }

    /// <summary>The record whose turn it is.</summary>
    internal bool TryPeek([NotNullWhen(true)] out PendingAppend? next)
    {
        lock (_lock) return _ready.TryPeek(out next);
    }

    /// <summary>Takes the next record.</summary>
    internal PendingAppend Take()
    {
        lock (_lock) return _ready.Dequeue();
    }

    /// <summary>Takes records that are in memory while their lengths fit.</summary>
    internal void Take(List<PendingAppend> taken, int most, long length)
    {
        lock (_lock)
        {
            for (; most > 0 && _ready.TryPeek(out var next) && next.Record.File is null && next.Length <= length; most--)
            {
                taken.Add(_ready.Dequeue());
                length -= next.Length;
            }
        }
    }

    /// <summary>Gives back the room of records that are done.</summary>
    internal void Leave(IReadOnlyList<PendingAppend> done)
    {
        lock (_lock)
        {
            _records -= done.Count;
            for (var i = 0; i < done.Count; i++) _bytes -= done[i].Held;
            while (_outside.TryPeek(out var next) && (next.Admission!.Task.IsCompleted || HasRoom(next)))
            {
                _outside.Dequeue();
                if (next.Admission.TrySetResult()) Admit(next);
            }
        }
    }

    /// <summary>Lets nobody in any more.</summary>
    internal void End()
    {
        lock (_lock)
        {
            _ended = true;
            while (_outside.TryDequeue(out var append)) append.Admission!.TrySetException(Ended());
            Monitor.PulseAll(_lock);
        }
    }

    // A record that is larger than the limit is let in alone.
    private bool HasRoom(PendingAppend append) => _records == 0 || (_records < mostRecords && _bytes + append.Held <= mostBytes);

    private void Admit(PendingAppend append)
    {
        _records++;
        _bytes += append.Held;
        _ready.Enqueue(append);
        if (_ready.Count == 1) Monitor.Pulse(_lock);
    }

    private static async ValueTask WaitAsync(TaskCompletionSource admission, CancellationToken ct)
    {
        await using var cancellation = ct.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), admission);
        await admission.Task;
    }

    private static StorageException Ended() => new("The log is being closed; the record was not stored.");
}
