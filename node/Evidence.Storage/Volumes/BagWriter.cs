using Evidence.Core;

namespace Evidence.Storage.Volumes;

/// <summary>Writes the closing members and the end blocks of a volume.</summary>
internal static class BagWriter
{
    /// <summary>Writes them behind the records.</summary>
    /// <param name="output">The end of the volume.</param>
    /// <param name="volume">Its number.</param>
    /// <param name="origin">Name of the log.</param>
    /// <param name="totals">What all records of the volume give.</param>
    /// <param name="manifest">The lines of the manifest, in the order of the records.</param>
    /// <param name="ct">Gives up.</param>
    internal static async Task WriteAsync(VolumeOutput output, uint volume, string origin, BagTotals totals, IAsyncEnumerable<ReadOnlyMemory<byte>> manifest, CancellationToken ct)
    {
        var info = BagTags.InfoBytes(totals, origin, volume);
        var tags = BagTags.TagManifestBytes(Digest.Of(info), totals.ManifestSha256);
        var mtime = totals.LastReceived.ToUnixTimeSeconds();
        Small(BagTags.Declaration, BagTags.DeclarationBytes);
        Small(BagTags.Info, info);
        output.WriteHeader(VolumeName.Tag(volume, BagTags.Manifest), totals.ManifestLength, mtime);
        await foreach (var lines in manifest.WithCancellation(ct)) output.Write(lines.Span);
        output.WritePadding(totals.ManifestLength);
        Small(BagTags.TagManifest, tags);
        output.WriteZeros(TarBlock.EndSize);
        output.Flush();

        void Small(string file, byte[] bytes)
        {
            output.WriteHeader(VolumeName.Tag(volume, file), bytes.Length, mtime);
            output.Write(bytes);
            output.WritePadding(bytes.Length);
        }
    }
}
