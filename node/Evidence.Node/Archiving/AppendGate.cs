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

    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    internal void Close(string check, string reason) => _reasons[check] = reason;

    internal void Open(string check) => _reasons.TryRemove(check, out _);

    /// <exception cref="ArchiveRefusedException">The gate is closed; the message says why.</exception>
    internal void Check()
    {
        if (!_reasons.IsEmpty) throw new ArchiveRefusedException(Refusal.NotNow, string.Join(' ', _reasons.Values));
    }
}
