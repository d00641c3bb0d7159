namespace Evidence.Node.Monitoring;

/// <summary>A volume that is read no faster than the sweep may go, and counted.</summary>
internal sealed class PacedSource(IVolumeSource inner, SweepPace pace, SweepProgress? progress) : IVolumeSource
{
    public long Length => inner.Length;

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        var count = await inner.ReadAsync(offset, buffer, ct);
        progress?.Read(count);
        await pace.SpendAsync(count, ct);
        return count;
    }
}
