using System.Collections.Concurrent;

namespace Evidence.Node.Archiving;

/// <summary>
/// Whether this node may append to its log. It must not while its tree is shorter than what is anchored or published, or contradicts it:
/// a leaf that takes the index of one that was lost would make a second history.
/// </summary>
internal sealed class AppendGate
{
    /// <summary>The ledger's anchors as a reason to close.</summary>
    internal const string Ledger = "ledger";

    /// <summary>The mirrors of the own log as a reason to close.</summary>
    internal const string Mirror = "mirror";

    /// <summary>The closing of the log by the consortium as a reason to close.</summary>
    internal const string Closed = "closed";

    /// <summary>That nobody has confirmed since the start that the log was not set back.</summary>
    internal const string Unconfirmed = "unconfirmed";

    /// <summary>A witness of the own log as a reason to close; its name follows a colon.</summary>
    internal const string Witness = "witness";

    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <summary>Whether there is any reason not to append.</summary>
    internal bool IsClosed => !_reasons.IsEmpty;

    /// <summary>Why a check has closed the gate; null when it has not.</summary>
    internal string? Why(string check) => _reasons.GetValueOrDefault(check);

    internal void Close(string check, string reason) => _reasons[check] = reason;

    internal void Open(string check) => _reasons.TryRemove(check, out _);

    /// <exception cref="ArchiveRefusedException">The gate is closed; the message says why.</exception>
    internal void Check()
    {
        if (IsClosed) throw new ArchiveRefusedException(Refusal.NotNow, string.Join(' ', _reasons.Values));
    }
}
