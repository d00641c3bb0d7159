using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Evidence.Tests.Grpc.Interop;

/// <summary>Requests that are watched as they are read.</summary>
internal sealed class WatchedRequests(PipeReader body, PrefixFlags flags) : PipeReader, IRequestBodyPipeFeature
{
    private ReadOnlySequence<byte> _buffer;
    private long _seen;

    public PipeReader Reader => this;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await body.ReadAsync(cancellationToken);
        _buffer = result.Buffer;
        foreach (var segment in _buffer.Slice(_seen))
            flags.Feed(segment.Span);
        _seen = _buffer.Length;
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _seen = _buffer.Slice(consumed).Length;
        body.AdvanceTo(consumed, examined);
    }

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);
}

/// <summary>Responses that are watched as they are written.</summary>
internal sealed class WatchedResponses(IHttpResponseBodyFeature body, PrefixFlags flags) : PipeWriter, IHttpResponseBodyFeature
{
    private Memory<byte> _memory;

    public PipeWriter Writer => this;

    public Stream Stream => body.Stream;

    public override long UnflushedBytes => body.Writer.UnflushedBytes;

    public override bool CanGetUnflushedBytes => body.Writer.CanGetUnflushedBytes;

    public override void Advance(int bytes)
    {
        flags.Feed(_memory.Span[..bytes]);
        _memory = _memory[bytes..];
        body.Writer.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = body.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => body.Writer.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => body.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => body.Writer.Complete(exception);

    public void DisableBuffering() => body.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => body.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task CompleteAsync() => body.CompleteAsync();
}
