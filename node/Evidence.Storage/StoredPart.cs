using Evidence.Core;

namespace Evidence.Storage;

/// <summary>A part as it was received: what its seal is to say of it.</summary>
/// <param name="Name">Member name, such as c0001.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">SHA-256 of the bytes, computed while they were received.</param>
public sealed record StoredPart(string Name, long Size, Digest Sha256);
