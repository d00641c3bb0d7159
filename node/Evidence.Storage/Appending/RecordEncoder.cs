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
        foreach (var part in append.Seal.Parts)
        {
            output.WriteHeader(VolumeName.Member(volume, append.Seal.Record, part.Name), part.Size, mtime);
            foreach (var piece in append.Record.Buffered(part.Name)) output.Write(piece.Span);
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
