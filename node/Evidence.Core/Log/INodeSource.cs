namespace Evidence.Core.Log;

/// <summary>Where the hashes of a tree come from: tiles on a disk, a peer, an array.</summary>
public interface INodeSource
{
    /// <summary>The hash of the complete subtree of 2^<paramref name="level"/> leaves that begins at leaf <paramref name="index"/> * 2^<paramref name="level"/>. Level 0 is the leaf hash.</summary>
    /// <exception cref="MissingNodeException">The source does not hold that node.</exception>
    Digest Node(int level, ulong index);
}
