namespace Evidence.Storage.Appending;

/// <summary>Syncs on a thread of its own, so that the writer prepares the next records meanwhile. One sync at a time.</summary>
internal sealed class SyncThread : IDisposable
{
    private readonly object _lock = new(); // waited on
    private readonly Thread _thread;
    private Action? _sync;
    private Exception? _error;
    private bool _ended;

    internal SyncThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "evidence sync" };
        _thread.Start();
    }

    /// <summary>Begins a sync. The one before must have been waited for.</summary>
    /// <param name="sync">What syncs.</param>
    /// <param name="here">Whether there is nothing to do meanwhile, so that the caller's thread may as well do it.</param>
    internal void Begin(Action sync, bool here)
    {
        var error = here ? Try(sync) : null;
        lock (_lock)
        {
            (_sync, _error) = (here ? null : sync, error);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for the sync that was begun; what it threw, or null.</summary>
    internal Exception? Wait()
    {
        lock (_lock)
        {
            while (_sync is not null) Monitor.Wait(_lock);
            return _error;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (Next() is { } sync)
        {
            var error = Try(sync);
            lock (_lock)
            {
                (_sync, _error) = (null, error);
                Monitor.PulseAll(_lock);
            }
        }
    }

    private Action? Next()
    {
        lock (_lock)
        {
            while (_sync is null && !_ended) Monitor.Wait(_lock);
            return _sync;
        }
    }

    private static Exception? Try(Action sync)
    {
        try
        {
            sync();
            return null;
        }
        catch (Exception e)
        {
            return e; // thrown again by whoever waits for it
        }
    }
}
