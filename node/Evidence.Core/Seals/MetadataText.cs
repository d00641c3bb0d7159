using System.Text.Unicode;
using Evidence.Core.Json;

namespace Evidence.Core.Seals;

/// <summary>Writes the metadata part. The members stand here in the order that RFC 8785 gives them; what is empty is left out.</summary>
internal static class MetadataText
{
    /// <exception cref="FormatException">A text is not valid Unicode, or the salt is not 32 bytes long.</exception>
    internal static byte[] Write(RecordMetadata metadata)
    {
        if (metadata.Salt.Length != RecordMetadata.SaltSize) throw new FormatException($"salt: it has {metadata.Salt.Length} bytes, not {RecordMetadata.SaltSize}.");
        return CanonicalWriter.Write(metadata, static (writer, metadata) => Write(writer, metadata));
    }

    private static void Write(CanonicalWriter writer, RecordMetadata metadata)
    {
        writer.Raw("{"u8);
        if (!IsEmpty(metadata.Description))
        {
            writer.Raw("\"description\":"u8);
            Write(writer, metadata.Description);
            writer.Raw(","u8);
        }

        if (metadata.Files.Count > 0)
        {
            writer.Raw("\"files\":"u8);
            WriteAll(writer, metadata.Files, Write);
            writer.Raw(","u8);
        }

        writer.Raw("\"format\":"u8).String(RecordMetadata.Format).Raw(",\"salt\":"u8).Base64String(metadata.Salt).Raw("}"u8);
    }

    private static bool IsEmpty(RecordDescription of) =>
        of.Fields.Count == 0
        && (of.FileNumber.Length | of.Fonds.Length | of.RetentionPeriod.Length | of.SecurityClass.Length | of.Series.Length | of.Title.Length) == 0;

    private static void Write(CanonicalWriter writer, RecordDescription of)
    {
        var first = true;
        writer.Raw("{"u8);
        if (of.Fields.Count > 0)
        {
            Begin(writer, "fields"u8, ref first);
            WriteAll(writer, of.Fields, static (writer, text) => writer.String(text));
        }

        Write(writer, "fileNumber"u8, of.FileNumber, ref first);
        Write(writer, "fonds"u8, of.Fonds, ref first);
        Write(writer, "retentionPeriod"u8, of.RetentionPeriod, ref first);
        Write(writer, "securityClass"u8, of.SecurityClass, ref first);
        Write(writer, "series"u8, of.Series, ref first);
        Write(writer, "title"u8, of.Title, ref first);
        writer.Raw("}"u8);
    }

    // A name that is not UTF-8 cannot stand in JSON as it is.
    private static void Write(CanonicalWriter writer, FileLabel label)
    {
        var first = true;
        writer.Raw("{"u8);
        Write(writer, "mediaType"u8, label.MediaType, ref first);
        if (!Utf8.IsValid(label.Name))
        {
            Begin(writer, "nameBase64"u8, ref first);
            writer.Base64String(label.Name);
        }
        else if (label.Name.Length > 0)
        {
            Begin(writer, "name"u8, ref first);
            writer.String(label.Name.AsSpan());
        }

        writer.Raw("}"u8);
    }

    private static void Write(CanonicalWriter writer, ReadOnlySpan<byte> name, string value, ref bool first)
    {
        if (value.Length == 0) return;
        Begin(writer, name, ref first);
        writer.String(value);
    }

    private static void Begin(CanonicalWriter writer, ReadOnlySpan<byte> name, ref bool first)
    {
        writer.Raw(first ? "\""u8 : ",\""u8).Raw(name).Raw("\":"u8);
        first = false;
    }

    private static void WriteAll<T>(CanonicalWriter writer, IReadOnlyDictionary<string, T> members, Action<CanonicalWriter, T> write)
    {
        var separator = "{"u8;
        IEnumerable<KeyValuePair<string, T>> inOrder = members.Count == 1 ? members : members.OrderBy(m => m.Key, StringComparer.Ordinal);
        foreach (var (name, value) in inOrder)
        {
            writer.Raw(separator).String(name).Raw(":"u8);
            write(writer, value);
            separator = ","u8;
        }

        writer.Raw("}"u8);
    }
}
