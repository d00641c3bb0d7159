namespace Evidence.Storage.Sweeping;

/// <summary>
/// The fingerprint of a set of index entries under a key: the same for the same entries in any order, and each as often. For others it is the same only by a chance that is below one in 2^50 even for 2^32 entries,
/// whoever chose them, as nobody knows the key beforehand.
/// </summary>
/// <param name="First">Product over the entries, modulo 2^61 - 1.</param>
/// <param name="Second">The same under other keys.</param>
/// <param name="Count">How many entries; each leaf is one.</param>
public readonly record struct EntryPrint(ulong First, ulong Second, long Count)
{
    /// <summary>That of no entries.</summary>
    public static EntryPrint None { get; } = new(1, 1, 0);

    /// <summary>That of the entries of both.</summary>
    public static EntryPrint operator +(EntryPrint one, EntryPrint other) =>
        new(Mersenne61.Reduce(Mersenne61.Multiply(one.First, other.First)), Mersenne61.Reduce(Mersenne61.Multiply(one.Second, other.Second)), one.Count + other.Count);
}
