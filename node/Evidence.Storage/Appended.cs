using Evidence.Core;

namespace Evidence.Storage;

/// <summary>A record that is durable and in the tree.</summary>
/// <param name="Leaf">Index of its seal in the log.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="SealSha256">SHA-256 of the seal's bytes (not the leaf hash).</param>
public sealed record Appended(ulong Leaf, Place Place, Digest SealSha256);
