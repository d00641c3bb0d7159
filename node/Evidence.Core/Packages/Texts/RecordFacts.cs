using Evidence.Core.Seals;

namespace Evidence.Core.Packages.Texts;

/// <summary>What the texts of a package say of one record.</summary>
/// <param name="Record">The record's number.</param>
/// <param name="Leaf">Index of its leaf.</param>
/// <param name="SealSha256">SHA-256 of its seal.</param>
internal readonly record struct RecordFacts(RecordId Record, ulong Leaf, Digest SealSha256)
{
    /// <summary>The record's metadata, when the bytes can be read as such.</summary>
    internal static RecordMetadata? ReadMetadata(ReadOnlyMemory<byte>? part)
    {
        try
        {
            return part is { } bytes ? RecordMetadata.Parse(bytes.Span) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
