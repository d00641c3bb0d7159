namespace Evidence.Ledger.Transactions;

/// <summary>The transactions that were handed in and that no block is known to hold. Not safe for concurrent use.</summary>
internal sealed class OpenTransactions
{
    /// <summary>Selector and first word of the call data: what a call is about, such as "an anchor of this log".</summary>
    private const int SubjectLength = 4 + 32;

    private readonly Dictionary<string, List<OpenTransaction>> _ofSender = [];

    /// <summary>The open transaction that makes this very call; null when there is none.</summary>
    internal OpenTransaction? Find(string sender, byte[] to, byte[] data) => Of(sender).Find(open => open.Draft.To.AsSpan().SequenceEqual(to) && open.Draft.Data.AsSpan().SequenceEqual(data));

    internal OpenTransaction? Find(byte[] hash) => _ofSender.Values.SelectMany(static list => list).FirstOrDefault(open => open.Signed.Hash.AsSpan().SequenceEqual(hash));

    /// <summary>
    /// The nonce for a new call, and the open transaction that it takes the place of: one about the same thing, which it makes pointless. Otherwise the first
    /// nonce that neither a block nor an open transaction has. What the endpoint holds as pending does not count: it may be of a time before the last start.
    /// </summary>
    /// <param name="sender">Address of the sender.</param>
    /// <param name="to">The contract.</param>
    /// <param name="data">Call data.</param>
    /// <param name="mined">How many transactions of the sender the chain holds.</param>
    internal (ulong Nonce, OpenTransaction? Replaced) Place(string sender, byte[] to, byte[] data, ulong mined)
    {
        var open = Of(sender).FindAll(other => other.Signed.Nonce >= mined);
        var nonce = mined;
        while (open.Exists(other => other.Signed.Nonce == nonce)) nonce++;
        // Never above a gap, as there is one after the chain was set back: nothing above it is mined before it is filled.
        var replaced = open.Find(other => other.Signed.Nonce < nonce && IsSameSubject(other.Draft, to, data));
        return (replaced?.Signed.Nonce ?? nonce, replaced);
    }

    /// <summary>The open transactions with nonces from <paramref name="mined"/> to below <paramref name="nonce"/>, in this order: for them the one with that nonce waits.</summary>
    internal IReadOnlyList<OpenTransaction> Below(string sender, ulong mined, ulong nonce) =>
        [.. Of(sender).Where(open => open.Signed.Nonce >= mined && open.Signed.Nonce < nonce).OrderBy(static open => open.Signed.Nonce)];

    /// <summary>Forgets those whose nonces the chain holds and for which nobody waits any more.</summary>
    internal void Settle(string sender, ulong mined, Predicate<OpenTransaction> isOld) => Of(sender).RemoveAll(open => open.Signed.Nonce < mined && isOld(open));

    internal void Add(string sender, OpenTransaction transaction)
    {
        Of(sender).RemoveAll(other => other.Signed.Nonce == transaction.Signed.Nonce);
        Of(sender).Add(transaction);
    }

    internal void Remove(OpenTransaction transaction)
    {
        foreach (var list in _ofSender.Values) list.Remove(transaction);
    }

    private List<OpenTransaction> Of(string sender) => _ofSender.TryGetValue(sender, out var list) ? list : _ofSender[sender] = [];

    private static bool IsSameSubject(Transaction draft, byte[] to, byte[] data) =>
        to.Length > 0 && draft.To.AsSpan().SequenceEqual(to) && data.Length >= SubjectLength && draft.Data.AsSpan().StartsWith(data.AsSpan(0, SubjectLength));
}

/// <summary>A transaction that was handed in.</summary>
/// <param name="Draft">What was signed.</param>
/// <param name="Signed">The bytes.</param>
/// <param name="At">When it was handed in, a timestamp of the clock.</param>
/// <param name="Raises">How often its fee was raised.</param>
internal sealed record OpenTransaction(Transaction Draft, SignedTransaction Signed, long At, int Raises);
