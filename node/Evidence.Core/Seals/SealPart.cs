namespace Evidence.Core.Seals;

/// <summary>One part of a record as its seal binds it.</summary>
/// <param name="Name">The member name, made by the server: a role letter (c, s, k, t, m) and four digits.</param>
/// <param name="Role">What the part is.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">SHA-256 of the stored bytes.</param>
/// <param name="Of">The part it belongs to: for a signature the content part that it signs, for certificates and timestamps the signature part; otherwise null.</param>
/// <param name="Type">For a signature its kind (<see cref="SignatureTypes"/>); otherwise null.</param>
public sealed record SealPart(string Name, PartRole Role, long Size, Digest Sha256, string? Of = null, string? Type = null);
