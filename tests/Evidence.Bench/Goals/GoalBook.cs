namespace Evidence.Bench.Goals;

/// <summary>All goals, in the order in which they are measured.</summary>
internal static class GoalBook
{
    /// <summary>Those that leave many files behind come after the others: files are made slowly for some time after many were removed. The memory of all runs comes last.</summary>
    internal static IReadOnlyList<IGoal> All { get; } =
    [
        new P08MerkleRebuild(),
        new P06StreamSmallRecords(),
        new P07StreamSignedRecords(),
        new P14UnaryCalls(),
        new GrpcUnary(),
        new GrpcStream(),
        new P09InclusionProof(),
        new P10PackageVerification(),
        new P11ChainTransactions(),
        new P13Growth(),
        new P12DiskSpace(),
        new P01SweepSmallFiles(),
        new P02SweepDocuments(),
        new P03SweepFromMedium(),
        new P15IngestBesideSweep(),
        new LargeUpload(),
        new ReplicationLag(),
        new RestoreLostNode(),
        new P05IngestDocuments(),
        new P04IngestSmallFiles(),
        new NodeMemory(),
    ];

    /// <summary>What is measured only when it is asked for by name.</summary>
    internal static IReadOnlyList<IGoal> OnRequest { get; } = [new Scale(), new SweepMemory(), new DamageInMany(), new IngestWhileSweeping()];

    /// <summary>The goals of these names, in the order in which they are measured; all but those on request when none is named.</summary>
    /// <returns>Null and the first name that is none of a goal.</returns>
    internal static (IReadOnlyList<IGoal>? Goals, string? Unknown) Choose(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return (All, null);
        IReadOnlyList<IGoal> known = [.. OnRequest, .. All];
        var unknown = names.FirstOrDefault(name => !known.Any(goal => IsNamed(goal, name)));
        return unknown is null ? ([.. known.Where(goal => names.Any(name => IsNamed(goal, name)))], null) : (null, unknown);
    }

    private static bool IsNamed(IGoal goal, string name) => goal.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
