namespace Evidence.Node.Archiving;

/// <summary>
/// Whether this node may append to its log. It must not while its tree is shorter than what is anchored, or contradicts it: a leaf that
/// takes the index of one that was lost would make a second history.
/// </summary>
internal sealed class AppendGate
{
    private volatile string? _reason;

    internal void Close(string reason) => _reason = reason;

    internal void Open() => _reason = null;

    /// <exception cref="ArchiveRefusedException">The gate is closed; the message says why.</exception>
    internal void Check()
    {
        if (_reason is { } reason) throw new ArchiveRefusedException(Refusal.NotNow, reason);
    }
}
