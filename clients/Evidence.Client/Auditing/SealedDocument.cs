using Evidence.Core;
using Evidence.Core.Events;

namespace Evidence.Client.Auditing;

/// <summary>What an audit keeps of an event document until it reads it: a log may hold very many.</summary>
/// <param name="Leaf">Leaf of its seal.</param>
/// <param name="Seal">SHA-256 of the seal.</param>
/// <param name="Record">Number of the record that it is in.</param>
/// <param name="Size">Bytes of the document; below 0 when the seal names none that could be read.</param>
/// <param name="Sha256">SHA-256 of the document.</param>
internal readonly record struct SealedDocument(ulong Leaf, Digest Seal, RecordId Record, long Size, Digest Sha256)
{
    /// <summary>What a seal says of it.</summary>
    internal static SealedDocument Of(ulong leaf, ReadOnlySpan<byte> sealBytes)
    {
        var none = new SealedDocument(leaf, Digest.Of(sealBytes), default, -1, default);
        try
        {
            var seal = Core.Seals.Seal.Parse(sealBytes);
            return seal.Parts.FirstOrDefault(static part => part.Name == EventDocument.Part) is { } part && part.Size <= EventDocument.MaxSize
                ? none with { Record = seal.Record, Size = part.Size, Sha256 = part.Sha256 }
                : none;
        }
        catch (FormatException)
        {
            return none;
        }
    }
}
