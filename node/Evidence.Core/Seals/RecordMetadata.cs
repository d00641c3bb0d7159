using Evidence.Core.Json;

namespace Evidence.Core.Seals;

/// <summary>The metadata part of a record, m0001: RFC 8785 JSON with a random salt, so that its digest in the seal commits to it and gives nothing away.</summary>
/// <param name="Salt">32 random bytes.</param>
/// <param name="Files">What the content parts were called, by part name.</param>
/// <param name="Description">What the archive says of the record.</param>
public sealed record RecordMetadata(byte[] Salt, IReadOnlyDictionary<string, FileLabel> Files, RecordDescription Description)
{
    /// <summary>Length of the salt in bytes.</summary>
    public const int SaltSize = 32;

    /// <summary>The format's name as it stands in the part.</summary>
    public const string Format = "evidence.metadata/1";

    /// <summary>Makes metadata with a fresh salt from the system's random source.</summary>
    public static RecordMetadata Create(IReadOnlyDictionary<string, FileLabel> files, RecordDescription description) =>
        new(SaltSource.Next(), files, description);

    /// <summary>The stored bytes.</summary>
    /// <exception cref="FormatException">A text is not valid Unicode, or the salt is not 32 bytes long.</exception>
    public byte[] Encode() => MetadataText.Write(this);

    /// <summary>Reads metadata as <see cref="Encode"/> writes it, and nothing else.</summary>
    /// <exception cref="FormatException">The bytes are not metadata in canonical form; the message names the member that is wrong.</exception>
    public static RecordMetadata Parse(ReadOnlySpan<byte> bytes)
    {
        var metadata = MetadataJson.FromJson(CanonicalJson.Parse(bytes, maxDepth: 4));
        if (!metadata.Encode().AsSpan().SequenceEqual(bytes)) throw new FormatException("The metadata is not in canonical form (RFC 8785), or holds members that are empty or unknown.");
        return metadata;
    }
}
