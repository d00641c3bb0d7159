using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>A range of a volume in which something is wrong.</summary>
/// <param name="Volume">Number of the volume.</param>
/// <param name="Offset">First byte: the end of the last item that is as it must be.</param>
/// <param name="Length">Length in bytes, up to the next such item.</param>
/// <param name="Findings">What is wrong.</param>
internal sealed record DamagedRange(uint Volume, long Offset, long Length, IReadOnlyList<Finding> Findings)
{
    internal long End => Offset + Length;

    internal bool Covers(uint volume, long offset) => volume == Volume && offset >= Offset && offset < End;

    /// <summary>Ranges that touch are one: what heals them is fetched and proven together.</summary>
    internal static IReadOnlyList<DamagedRange> Merge(IEnumerable<DamagedRange> ranges)
    {
        var merged = new List<DamagedRange>();
        foreach (var range in ranges.OrderBy(range => range.Volume).ThenBy(range => range.Offset))
        {
            if (merged.Count > 0 && merged[^1] is var last && last.Volume == range.Volume && range.Offset <= last.End)
                merged[^1] = last with { Length = Math.Max(last.End, range.End) - last.Offset, Findings = [.. last.Findings, .. range.Findings] };
            else merged.Add(range);
        }
        return merged;
    }
}
