namespace Evidence.Storage.Reindexing;

/// <summary>What a reindexing is doing.</summary>
public enum ReindexStage
{
    /// <summary>Reads the volumes and compares every byte of them; counted in bytes.</summary>
    Volumes,

    /// <summary>Builds the tree out of the seals; counted in leaves.</summary>
    Tree,

    /// <summary>Confirms the tree's root seal by seal, where nothing that was signed or anchored has; counted in leaves.</summary>
    Confirmation,
}

/// <summary>How far a reindexing is.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Stage">What is done.</param>
/// <param name="Done">How much of it is.</param>
/// <param name="Total">Of how much.</param>
public sealed record ReindexProgress(string Origin, ReindexStage Stage, long Done, long Total);
