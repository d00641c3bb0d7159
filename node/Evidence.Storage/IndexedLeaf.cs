using Evidence.Core;

namespace Evidence.Storage;

/// <summary>What the index says of a leaf.</summary>
/// <param name="Record">The record's number.</param>
/// <param name="SealSha256">SHA-256 of the seal's bytes (not the leaf hash).</param>
/// <param name="Place">Where the record lies.</param>
public readonly record struct IndexedLeaf(RecordId Record, Digest SealSha256, Place Place);
