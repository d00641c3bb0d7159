namespace Evidence.Ledger.State;

/// <summary>
/// The greatest height after which the ledger was looked at. An endpoint that is a block behind another would have an anchor that was just captured look lost; so
/// what is older is not taken, except once the chain itself was set back: when for a while nothing was offered that reaches the height. Safe for concurrent use.
/// </summary>
internal sealed class SeenHeight(TimeProvider time)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private ulong _height;
    private long? _behindSince;

    /// <summary>Whether what holds after the block of this height may be taken; if so, it is the height that was seen.</summary>
    internal bool Take(ulong height)
    {
        lock (_gate)
        {
            if (!MayBeTaken(height, height)) return false;
            (_height, _behindSince) = (height, null);
            return true;
        }
    }

    /// <summary>As <see cref="Take"/>, but nothing is noted yet of a block on which the endpoints have still to agree.</summary>
    /// <param name="height">Its height.</param>
    /// <param name="newest">The newest block that any endpoint names: while one reaches what was seen, the chain was not set back.</param>
    internal bool MayTake(ulong height, ulong newest)
    {
        lock (_gate) return MayBeTaken(height, newest);
    }

    /// <summary>Takes note of a block that is known to stand. An older one than was seen changes nothing.</summary>
    internal void Saw(ulong height)
    {
        lock (_gate)
            if (height >= _height) (_height, _behindSince) = (height, null);
    }

    private bool MayBeTaken(ulong height, ulong newest)
    {
        if (height >= _height) return true;
        if (newest >= _height) _behindSince = null;
        else _behindSince ??= time.GetTimestamp();
        return _behindSince is { } since && time.GetElapsedTime(since) >= Patience;
    }
}
