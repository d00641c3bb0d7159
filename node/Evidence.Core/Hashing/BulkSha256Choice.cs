namespace Evidence.Core.Hashing;

/// <summary>The outcome of trying every way of hashing once against the framework.</summary>
/// <param name="Best">The first way that is supported and gave the framework's digests.</param>
/// <param name="Complaint">Which ways gave others, or null.</param>
internal sealed record BulkSha256Choice(BulkSha256 Best, string? Complaint)
{
    /// <summary>Chooses among ways, the fastest first, of which the last is the framework itself.</summary>
    internal static BulkSha256Choice Among(IReadOnlyList<BulkSha256> ways)
    {
        var wrong = new List<string>();
        foreach (var way in ways.SkipLast(1))
        {
            if (!way.IsSupported) continue;
            if (BulkSha256Check.Passes(way)) return new BulkSha256Choice(way, Say(wrong));
            wrong.Add(way.Name);
        }

        return new BulkSha256Choice(ways[^1], Say(wrong));
    }

    private static string? Say(List<string> wrong) => wrong.Count == 0
        ? null
        : $"SHA-256 by {string.Join(" and ", wrong)} gives other digests than the framework on this machine and is not used. Have the machine's processor and memory checked.";
}
