namespace Evidence.Tests.Package;

/// <summary>Looks now and then how much is held in memory while it is read.</summary>
internal sealed class PeakStream(Stream inner) : Stream
{
    private const int Every = 4000;
    private int _reads;

    internal long Peak { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (++_reads % Every == 0) Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: true));
        return inner.Read(buffer, offset, count);
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
