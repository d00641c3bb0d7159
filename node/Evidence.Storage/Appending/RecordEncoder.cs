using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>Writes a record as a volume holds it.</summary>
internal static class RecordEncoder
{
    /// <summary>Writes the parts, then the seal.</summary>
    internal static Place Write(VolumeOutput output, uint volume, PendingAppend append, ulong leaf)
    {
        var start = output.Position;
        var mtime = RecordLayout.MtimeOf(append.Seal);
        var path = new MemberPath(stackalloc byte[MemberPath.MaxLength], volume, append.Seal.Record);
        for (var i = 0; i < append.Seal.Parts.Count; i++)
        {
            var (part, bytes) = (append.Seal.Parts[i], append.Record.Buffered(i)); // in the same order: it was checked
            output.WriteHeader(path.Of(part.Name), part.Size, mtime);
            for (var piece = 0; piece < bytes.Pieces; piece++) output.Write(bytes.Piece(piece).Span);
            output.WritePadding(part.Size);
        }

        WriteSeal(output, path, append, leaf, mtime);
        return new Place(volume, (ulong)start, (ulong)(output.Position - start), leaf);
    }

    internal static void WriteSeal(VolumeOutput output, uint volume, PendingAppend append, ulong leaf, long mtime) =>
        WriteSeal(output, new MemberPath(stackalloc byte[MemberPath.MaxLength], volume, append.Seal.Record), append, leaf, mtime);

    private static void WriteSeal(VolumeOutput output, scoped MemberPath path, PendingAppend append, ulong leaf, long mtime)
    {
        output.WriteHeader(path.OfSeal(leaf), append.SealBytes.Length, mtime);
        output.Write(append.SealBytes);
        output.WritePadding(append.SealBytes.Length);
    }
}
