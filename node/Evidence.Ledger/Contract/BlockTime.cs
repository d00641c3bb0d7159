namespace Evidence.Ledger.Contract;

/// <summary>The timestamp of a block: whole seconds since 1970-01-01T00:00:00Z.</summary>
internal static class BlockTime
{
    private static readonly ulong Last = (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <exception cref="FormatException">Beyond the year 9999.</exception>
    internal static DateTimeOffset Of(ulong seconds) =>
        seconds <= Last ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : throw new FormatException($"{seconds} is not the timestamp of a block.");
}
