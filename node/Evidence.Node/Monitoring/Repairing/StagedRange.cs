using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>A range of a volume as a peer gave it, kept in a temporary file until it has been proven and written.</summary>
internal sealed class StagedRange : IDisposable
{
    private readonly FileStream _file;

    private StagedRange(FileStream file, long offset, long length) => (_file, Offset, Length) = (file, offset, length);

    internal long Offset { get; }

    internal long Length { get; }

    internal long End => Offset + Length;

    /// <summary>Fetches a range. What a crash leaves in the folder is removed at the next start.</summary>
    internal static async Task<StagedRange> FetchAsync(IPeer peer, string origin, uint volume, long offset, long length, string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"repair-{Path.GetRandomFileName()}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            await foreach (var chunk in peer.ReadVolumeAsync(origin, volume, offset, length, ct))
            {
                if (file.Length + chunk.Length > length) throw new PeerUntrueException(peer.Name, "it sends more bytes than were asked for.");
                await file.WriteAsync(chunk, ct);
            }
            await file.FlushAsync(ct);
            return new StagedRange(file, offset, file.Length);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads bytes at an offset in the volume.</summary>
    internal ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        var count = (int)Math.Min(buffer.Length, Math.Max(0, End - offset));
        return count == 0 ? ValueTask.FromResult(0) : RandomAccess.ReadAsync(_file.SafeFileHandle, buffer[..count], offset - Offset, ct);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}

/// <summary>A volume as it would be after the repair: the local file with the staged range in its place.</summary>
internal sealed class RepairedVolume(IVolumeSource local, StagedRange staged) : IVolumeSource
{
    public long Length => Math.Max(local.Length, staged.End);

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        if (offset >= staged.Offset && offset < staged.End) return staged.ReadAsync(offset, buffer, ct);
        var before = offset < staged.Offset ? staged.Offset - offset : long.MaxValue;
        return local.ReadAsync(offset, buffer[..(int)Math.Min(buffer.Length, before)], ct);
    }
}
