namespace Evidence.Storage.Sweeping;

/// <summary>What fingerprints of entries are made with: points that nobody knew before, fresh for each pass.</summary>
/// <param name="First">Where the polynomial of an entry's bytes is evaluated.</param>
/// <param name="FirstOffset">What its value is taken from.</param>
/// <param name="Second">The same for the other product.</param>
/// <param name="SecondOffset">The same for the other product.</param>
public readonly record struct EntryKey(ulong First, ulong FirstOffset, ulong Second, ulong SecondOffset)
{
    internal static EntryKey New() => new(Mersenne61.Random(), Mersenne61.Random(), Mersenne61.Random(), Mersenne61.Random());
}
