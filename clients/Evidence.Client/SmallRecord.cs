using Evidence.V1;
using Google.Protobuf;

namespace Evidence.Client;

/// <summary>A record as one message.</summary>
internal static class SmallRecord
{
    /// <summary>Bytes of all parts. A larger record is streamed in chunks, which costs no more and holds less in memory.</summary>
    internal const int MaxBytes = 1 << 20;

    /// <summary>Bytes of all parts, or null when one of them is not known beforehand or they are too many.</summary>
    internal static int? SizeOf(RecordDraft draft)
    {
        long size = 0;
        foreach (var part in draft.Parts)
        {
            if (part.Size is <= 0 or > MaxBytes || (size += part.Size) > MaxBytes) return null;
        }
        return size > 0 ? (int)size : null;
    }

    /// <summary>Reads all parts.</summary>
    /// <param name="draft">The record.</param>
    /// <param name="space">Where their bytes go, and stay while the message is used: one byte more than the parts have.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="IOException">A part cannot be read, or has not the size that the draft says.</exception>
    internal static async ValueTask<ArchiveRecordRequest> ReadAsync(RecordDraft draft, Memory<byte> space, CancellationToken ct)
    {
        var record = new ArchiveRecordRequest { Header = new ArchiveHeader { Submitter = draft.Submitter, Description = draft.Description } };
        foreach (var part in draft.Parts)
        {
            var size = (int)part.Size;
            await ReadAsync(part, space[..(size + 1)], ct);
            record.Parts.Add(new WholePart { Header = part.ToHeader(), Data = UnsafeByteOperations.UnsafeWrap(space[..size]) });
            space = space[size..];
        }
        return record;
    }

    // One byte more than the part should have shows a file that has grown.
    private static async ValueTask ReadAsync(DraftPart part, Memory<byte> space, CancellationToken ct)
    {
        var read = part.Open.Target is FileSource file ? file.Read(space.Span) : await ReadStreamAsync(part, space, ct);
        if (read != part.Size)
            throw new IOException($"{part.DisplayName} was to have {part.Size} bytes and has {(read < part.Size ? read.ToString(System.Globalization.CultureInfo.InvariantCulture) : "more")}: it was changed meanwhile.");
    }

    private static async ValueTask<int> ReadStreamAsync(DraftPart part, Memory<byte> space, CancellationToken ct)
    {
        await using var content = part.Open();
        return await content.ReadAtLeastAsync(space, space.Length, throwOnEndOfStream: false, ct);
    }
}
