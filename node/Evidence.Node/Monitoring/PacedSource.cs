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

/// <summary>Holds reading to a rate, so that a sweep leaves the disk to those who archive.</summary>
/// <param name="bytesPerSecond">0: no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepPace(long bytesPerSecond, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _spent;

    internal async ValueTask SpendAsync(int bytes, CancellationToken ct)
    {
        if (bytesPerSecond == 0) return;
        var due = TimeSpan.FromSeconds((double)Interlocked.Add(ref _spent, bytes) / bytesPerSecond);
        var ahead = due - time.GetElapsedTime(_start);
        if (ahead > TimeSpan.FromMilliseconds(10)) await Task.Delay(ahead, time, ct);
    }
}
