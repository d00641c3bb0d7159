namespace Evidence.Node.Monitoring;

/// <summary>A volume that is read no faster than the sweep may go.</summary>
internal sealed class PacedSource(IVolumeSource inner, SweepPace pace) : IVolumeSource
{
    public long Length => inner.Length;

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        var count = await inner.ReadAsync(offset, buffer, ct);
        await pace.SpendAsync(count, ct);
        return count;
    }
}
