namespace Evidence.Node.Monitoring.Places;

/// <summary>Leaves that follow each other.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
internal readonly record struct LeafRun(ulong First, ulong Count)
{
    /// <summary>Adds a leaf behind those that are there, to the last run where it follows that.</summary>
    internal static void Add(List<LeafRun> runs, ulong leaf)
    {
        if (runs.Count > 0 && runs[^1] is var last && last.First + last.Count == leaf) runs[^1] = last with { Count = last.Count + 1 };
        else runs.Add(new LeafRun(leaf, 1));
    }
}
