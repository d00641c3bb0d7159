namespace Evidence.Core.Seals;

/// <summary>The seal of a record: one small canonical JSON document that binds its parts to each other. Its bytes are a leaf of the log.</summary>
/// <param name="Record">Number of the record.</param>
/// <param name="Received">When the node received it, by the node's clock; kept in UTC and whole milliseconds, what is finer is cut off.</param>
/// <param name="Submitter">Who handed it in, as the node knows them; may be empty.</param>
/// <param name="Parts">Every part of the record, in the order in which they are stored.</param>
public sealed record Seal(RecordId Record, DateTimeOffset Received, string Submitter, IReadOnlyList<SealPart> Parts)
{
    /// <summary>The largest seal in bytes: an entry of a tile bundle holds no more.</summary>
    public const int MaxSize = 65535;

    /// <summary>The format's name as it stands in the seal.</summary>
    public const string Format = "evidence.seal/1";

    /// <summary>When the node received the record: UTC, whole milliseconds.</summary>
    public DateTimeOffset Received { get; init => field = WholeMilliseconds(value); } = WholeMilliseconds(Received);

    /// <summary>The stored bytes: RFC 8785 JSON in UTF-8.</summary>
    /// <exception cref="FormatException">The seal breaks a rule of the format, or would be larger than <see cref="MaxSize"/>.</exception>
    public byte[] Encode()
    {
        SealRules.Check(this);
        var bytes = SealText.Write(this);
        return bytes.Length <= MaxSize ? bytes : throw new FormatException($"The seal would have {bytes.Length} bytes; it may have {MaxSize}. The record has too many parts.");
    }

    /// <summary>Reads a seal as <see cref="Encode"/> writes it, and nothing else.</summary>
    /// <exception cref="FormatException">The bytes are not a seal in canonical form; the message names the member that is wrong.</exception>
    public static Seal Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxSize) throw new FormatException($"The seal has {bytes.Length} bytes, more than {MaxSize}.");
        var seal = SealReader.Read(bytes);
        SealRules.Check(seal);
        // Whatever was read with any slack (an escape, a number's form, a space) shows here.
        if (!SealText.Write(seal).AsSpan().SequenceEqual(bytes)) throw new FormatException("The seal is not in canonical form (RFC 8785): it says the same in other bytes.");
        return seal;
    }

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
