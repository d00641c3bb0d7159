namespace Evidence.Bench.Measuring;

/// <summary>What is made of the values of several rounds.</summary>
internal static class Statistics
{
    /// <summary>The middle value; the mean of the two in the middle of an even number of them.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) throw new ArgumentException("There are no values.", nameof(values));
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The smallest value that at least this share of all values does not exceed (nearest rank).</summary>
    /// <param name="values">At least one.</param>
    /// <param name="share">Above 0, at most 1; 0.99 is p99.</param>
    internal static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) throw new ArgumentException("There are no values.", nameof(values));
        return sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * share) - 1)];
    }

    /// <summary>The median of the ratios round by round: a machine that grows slower from round to round slows both sides of a pair.</summary>
    /// <exception cref="ArgumentException">The two have not the same number of rounds, or there are none.</exception>
    internal static double MedianRatio(IReadOnlyList<double> ours, IReadOnlyList<double> peer)
    {
        if (ours.Count != peer.Count) throw new ArgumentException($"{ours.Count} rounds cannot be paired with {peer.Count}.", nameof(peer));
        return Median(ours.Zip(peer, (a, b) => a / b));
    }
}
