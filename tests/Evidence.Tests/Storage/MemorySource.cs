namespace Evidence.Tests.Storage;

/// <summary>A volume in memory, of which a range may be unreadable.</summary>
internal sealed class MemorySource(byte[] bytes) : IVolumeSource
{
    internal (long From, long To)? Unreadable { get; init; }

    public long Length => bytes.Length;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        if (Unreadable is { } bad && offset < bad.To && bad.From < offset + count) throw new IOException("Input/output error");
        bytes.AsSpan((int)offset, count).CopyTo(buffer.Span);
        return new(count);
    }
}
