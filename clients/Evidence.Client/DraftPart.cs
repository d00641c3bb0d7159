using System.Text;
using Evidence.Core;
using Evidence.V1;

namespace Evidence.Client;

/// <summary>One part of a record to be filed. Its bytes are read when they are sent and never held as a whole.</summary>
/// <param name="Role">What the part is.</param>
/// <param name="FileName">The original file name, byte for byte; empty when there is none.</param>
/// <param name="MediaType">Media type, such as <c>application/pdf</c>; empty when unknown.</param>
/// <param name="Of">For a signature the number of its content part (1 = first), for certificates and timestamps that of their signature part; else 0.</param>
/// <param name="Type">For a signature its kind; else empty.</param>
/// <param name="Open">Opens the bytes; the stream is disposed when it has been sent.</param>
/// <param name="Size">Bytes if known beforehand, else 0.</param>
public sealed record DraftPart(PartRole Role, byte[] FileName, string MediaType, uint Of, string Type, Func<Stream> Open, long Size)
{
    /// <summary>A part from a file, under the file's own name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="role">What the part is.</param>
    /// <param name="mediaType">Media type; empty when unknown.</param>
    /// <param name="of">For a signature, certificates and timestamps the number of the part that it belongs to.</param>
    /// <param name="type">For a signature its kind.</param>
    /// <exception cref="IOException">The file cannot be read, or is none.</exception>
    public static DraftPart FromFile(string path, PartRole role = PartRole.Content, string mediaType = "", uint of = 0, string type = "")
    {
        RegularFile.Check(path);
        return new(role, Encoding.UTF8.GetBytes(Path.GetFileName(path)), mediaType, of, type, new FileSource(path).Open, RegularFile.LengthOf(new FileInfo(path)));
    }

    /// <summary>The name for people; bytes that are not UTF-8 appear as replacement characters.</summary>
    internal string DisplayName => FileName.Length == 0 ? $"A {Role.ToString().ToLowerInvariant()} part" : Encoding.UTF8.GetString(FileName);

    internal PartHeader ToHeader() => new()
    {
        Role = Role,
        FileName = Google.Protobuf.ByteString.CopyFrom(FileName),
        MediaType = MediaType,
        Of = Of,
        Type = Type,
        Size = Size,
    };
}
