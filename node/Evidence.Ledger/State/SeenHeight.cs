namespace Evidence.Ledger.State;

/// <summary>
/// The height after which the ledger was last looked at. An endpoint that is a block behind another would have an anchor that was just captured look lost; only
/// when no endpoint reaches the height for a while, the chain itself was set back. Safe for concurrent use.
/// </summary>
internal sealed class SeenHeight(TimeProvider time)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private ulong _height;
    private long _at;

    /// <summary>Whether what holds after the block of this height may be taken.</summary>
    internal bool Take(ulong height)
    {
        lock (_gate)
        {
            if (height < _height && time.GetElapsedTime(_at) < Patience) return false;
            (_height, _at) = (height, time.GetTimestamp());
            return true;
        }
    }
}
