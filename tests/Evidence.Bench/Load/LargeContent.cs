namespace Evidence.Bench.Load;

/// <summary>3 GB that take no disk: 64 MiB of noise, over and over.</summary>
internal sealed class LargeContent : Stream
{
    internal const long Size = 3_000_000_000;

    private static readonly byte[] Noise = MakeNoise();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => Size;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var at = (int)(Position % Noise.Length);
        var count = (int)Math.Min(Math.Min(buffer.Length, Noise.Length - at), Size - Position);
        Noise.AsSpan(at, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] MakeNoise()
    {
        var noise = new byte[64 << 20];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
