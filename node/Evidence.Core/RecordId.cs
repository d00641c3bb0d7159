namespace Evidence.Core;

/// <summary>The number of a record: a UUIDv7 (RFC 9562), so that ids sort by the time they were made.</summary>
public readonly record struct RecordId(Guid Value) : IComparable<RecordId>
{
    /// <summary>Length of an id in bytes.</summary>
    public const int Size = 16;

    /// <summary>Makes a new id from the clock <paramref name="time"/> and random bits.</summary>
    public static RecordId New(TimeProvider time)
    {
#pragma warning disable RS0030 // this is the one place that makes ids, and the time is the provider's
        return new RecordId(Guid.CreateVersion7(time.GetUtcNow()));
#pragma warning restore RS0030
    }

    /// <summary>Reads the 36-character form with hyphens.</summary>
    /// <exception cref="FormatException">The text is not a UUID in that form.</exception>
    public static RecordId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a record number (a UUID such as 0198c1d2-7a3b-7c4d-8e5f-001122334455).");

    /// <summary>Reads the 36-character form with hyphens; false when the text is anything else.</summary>
    public static bool TryParse(string? text, out RecordId id)
    {
        var read = Guid.TryParseExact(text, "D", out var value);
        id = new RecordId(value);
        return read;
    }

    /// <summary>Reads 16 bytes in network order.</summary>
    public static RecordId FromBytes(ReadOnlySpan<byte> bytes) => new(new Guid(bytes[..Size], bigEndian: true));

    /// <summary>Writes 16 bytes in network order.</summary>
    public void CopyTo(Span<byte> destination) => Value.TryWriteBytes(destination, bigEndian: true, out _);

    /// <inheritdoc/>
    public int CompareTo(RecordId other) => Value.CompareTo(other.Value); // field by field without a sign: the order of the text, and of the bytes in network order

    /// <summary>36 lower-case characters with hyphens.</summary>
    public override string ToString() => Value.ToString("D");
}
