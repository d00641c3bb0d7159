namespace Evidence.Storage.Sweeping;

/// <summary>The sum, modulo 2^128, of a keyed hash of each entry of an index: equal for equal entries in any order, and for others only by a chance of one in 2^112, as nobody knows the key beforehand.</summary>
/// <param name="Value">The sum.</param>
/// <param name="Count">How many entries went into it; a leaf counts as one.</param>
public readonly record struct EntrySum(UInt128 Value, long Count)
{
    /// <summary>The sum of both.</summary>
    public static EntrySum operator +(EntrySum one, EntrySum other) => new(unchecked(one.Value + other.Value), one.Count + other.Count);
}
