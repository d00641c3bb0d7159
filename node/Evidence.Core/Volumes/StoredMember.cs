namespace Evidence.Core.Volumes;

/// <summary>A member of a record in a volume.</summary>
/// <param name="Name">Member name, such as c0001; for the seal <c>seal-</c>, the leaf index and <c>.json</c>.</param>
/// <param name="Offset">Offset of its first data byte in the volume.</param>
/// <param name="Size">Size of its data in bytes, without padding.</param>
public sealed record StoredMember(string Name, long Offset, long Size);
