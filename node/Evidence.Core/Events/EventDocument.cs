using Evidence.Core.Json;

namespace Evidence.Core.Events;

/// <summary>
/// Events that a node seals together, format "evidence.events/1": the content c0001 of a record in the node's own log whose submitter is <see cref="SubmitterOf"/>.
/// Each names the one before it, so that none can be edited, taken out or put in between without being seen by whoever walks them all.
/// </summary>
/// <param name="Node">Origin of the node's own log.</param>
/// <param name="Log">That log's id.</param>
/// <param name="Number">Counts the documents of the log from 1.</param>
/// <param name="Previous">The document before it; null for the first.</param>
/// <param name="Journal">Which journal of the node the events come from: 32 lower-case hexadecimal characters, drawn when that journal was begun.</param>
/// <param name="Through">Number of the last entry of that journal that the document covers; those up to it are never sealed again.</param>
/// <param name="Events">The events, at least one, in the order in which they were recorded.</param>
public sealed record EventDocument(string Node, Digest Log, ulong Number, PreviousDocument? Previous, string Journal, ulong Through, IReadOnlyList<PreservationEvent> Events)
{
    /// <summary>The format's name as it stands in the document.</summary>
    public const string Format = "evidence.events/1";

    /// <summary>The media type of the content part.</summary>
    public const string MediaType = "application/vnd.evidence.events+json";

    /// <summary>The name of the part that is the document.</summary>
    public const string Part = "c0001";

    /// <summary>The most bytes of a document.</summary>
    public const int MaxSize = 1 << 20;

    /// <summary>The most events of a document.</summary>
    public const int MaxEvents = 4096;

    /// <summary>The most ranges of leaves in a document, over all its events.</summary>
    public const int MaxRanges = 32768;

    /// <summary>What the submitter of a node's own records begins with; nobody else may file under such a name.</summary>
    public const string SubmitterPrefix = "node:";

    /// <summary>The submitter of a node's own records.</summary>
    public static string SubmitterOf(string origin) => SubmitterPrefix + origin;

    /// <summary>How the seal of every such record ends, so that they are found among the entries of a log without reading each.</summary>
    public static byte[] EndOfSeal(string origin) => [.. "\"submitter\":"u8, .. CanonicalJson.Serialize(SubmitterOf(origin)), (byte)'}'];

    /// <summary>The bytes of the part: RFC 8785 JSON.</summary>
    /// <exception cref="FormatException">The document breaks a rule of the format, or is larger than <see cref="MaxSize"/>.</exception>
    public byte[] Encode()
    {
        EventRules.Check(this);
        var bytes = CanonicalJson.Serialize(EventJson.Of(this));
        return bytes.Length <= MaxSize ? bytes : throw new FormatException($"The event document would have {bytes.Length} bytes; it may have {MaxSize}.");
    }

    /// <summary>Reads a document as <see cref="Encode"/> writes it, and nothing else.</summary>
    /// <exception cref="FormatException">The bytes are no event document in canonical form; the message names the member that is wrong.</exception>
    public static EventDocument Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxSize) throw new FormatException($"The event document has {bytes.Length} bytes, more than {MaxSize}.");
        var document = EventJson.Read(CanonicalJson.Parse(bytes, maxDepth: 8));
        return document.Encode().AsSpan().SequenceEqual(bytes) ? document : throw new FormatException("The event document is not in canonical form (RFC 8785).");
    }
}

/// <summary>What a document says of the one before it.</summary>
/// <param name="Leaf">Index of its leaf.</param>
/// <param name="SealSha256">SHA-256 of its seal.</param>
public readonly record struct PreviousDocument(ulong Leaf, Digest SealSha256);
