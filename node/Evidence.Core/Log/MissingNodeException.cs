namespace Evidence.Core.Log;

/// <summary>A node of the tree is not to be had: not yet part of a complete subtree, or its tile is missing or too short.</summary>
public sealed class MissingNodeException : Exception
{
    /// <summary>Names the node and why it is not to be had.</summary>
    public MissingNodeException(int level, ulong index, string reason, Exception? inner = null)
        : base($"Node {index} of level {level} is missing: {reason}", inner) => (Level, Index) = (level, index);

    /// <summary>The node's level; a leaf hash is at level 0.</summary>
    public int Level { get; }

    /// <summary>The node's number within its level.</summary>
    public ulong Index { get; }
}
