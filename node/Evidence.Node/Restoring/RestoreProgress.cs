namespace Evidence.Node.Restoring;

/// <summary>What a restore is doing.</summary>
public enum RestoreStage
{
    /// <summary>Fetches the hashes of all leaves and holds their tree to signature and ledger; counted in leaves.</summary>
    Leaves,

    /// <summary>Fetches the volumes, and proves every record against those hashes before it is kept; counted in bytes.</summary>
    Volumes,

    /// <summary>Fetches the proofs of anchors and the witnesses' cosignatures; counted in peers.</summary>
    Proofs,
}

/// <summary>How far a restore is.</summary>
/// <param name="Stage">What is done.</param>
/// <param name="Done">How much of it is.</param>
/// <param name="Total">Of how much.</param>
public sealed record RestoreProgress(RestoreStage Stage, long Done, long Total);
