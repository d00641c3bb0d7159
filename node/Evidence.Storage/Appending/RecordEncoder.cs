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
        for (var i = 0; i < append.Seal.Parts.Count; i++)
        {
            var (part, bytes) = (append.Seal.Parts[i], append.Record.Buffered(i)); // in the same order: it was checked
            output.WriteHeader(VolumeName.Member(volume, append.Seal.Record, part.Name), part.Size, mtime);
            for (var piece = 0; piece < bytes.Pieces; piece++) output.Write(bytes.Piece(piece).Span);
            output.WritePadding(part.Size);
        }

        WriteSeal(output, volume, append, leaf, mtime);
        return new Place(volume, (ulong)start, (ulong)(output.Position - start), leaf);
    }

    internal static void WriteSeal(VolumeOutput output, uint volume, PendingAppend append, ulong leaf, long mtime)
    {
        output.WriteHeader(VolumeName.Member(volume, append.Seal.Record, VolumeName.SealMember(leaf)), append.SealBytes.Length, mtime);
        output.Write(append.SealBytes);
        output.WritePadding(append.SealBytes.Length);
    }
}
