using Evidence.Core.Json;

namespace Evidence.Core.Seals;

/// <summary>Writes a seal. The members stand here in the order that RFC 8785 gives them.</summary>
internal static class SealText
{
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    internal static byte[] Write(Seal seal) => CanonicalWriter.Write(seal, static (writer, seal) => Write(writer, seal));

    private static void Write(CanonicalWriter writer, Seal seal)
    {
        writer.Raw("{\"format\":"u8).String(Seal.Format).Raw(",\"parts\":["u8);
        for (var i = 0; i < seal.Parts.Count; i++)
        {
            if (i > 0) writer.Raw(","u8);
            Write(writer, seal.Parts[i]);
        }

        writer.Raw("],\"received\":"u8).Formatted(seal.Received, TimeFormat);
        writer.Raw(",\"record\":"u8).Formatted(seal.Record.Value, "D");
        writer.Raw(",\"submitter\":"u8).String(seal.Submitter).Raw("}"u8);
    }

    private static void Write(CanonicalWriter writer, SealPart part)
    {
        var sha256 = part.Sha256;
        writer.Raw("{\"name\":"u8).String(part.Name);
        if (part.Of is not null) writer.Raw(",\"of\":"u8).String(part.Of);
        writer.Raw(",\"role\":"u8).String(RoleNames.Of(part.Role));
        writer.Raw(",\"sha256\":"u8).Hex(Digest.AsSpan(in sha256));
        writer.Raw(",\"size\":"u8).Integer(part.Size);
        if (part.Type is not null) writer.Raw(",\"type\":"u8).String(part.Type);
        writer.Raw("}"u8);
    }
}
