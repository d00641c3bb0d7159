using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Polly;
using Polly.Retry;

namespace Evidence.Client;

/// <summary>Makes calls to one node: repeats those that are safe to repeat and says which node did not answer.</summary>
internal sealed class NodeCalls(string address, EvidenceClientOptions options)
{
    public const int PageSize = 1000;

    private readonly ResiliencePipeline _retry = BuildRetry(options);

    public async Task<T> OnceAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (NodeUnreachableException.IsBehind(e))
        {
            throw new NodeUnreachableException(address, e);
        }
    }

    /// <summary>The messages of a streamed answer; the wait for each is bounded, and the stream may be as long as it likes.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(Func<CancellationToken, AsyncServerStreamingCall<T>> start, [EnumeratorCancellation] CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.TimeProvider);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var call = start(ends.Token);
        while (await OnceAsync(() => NextAsync(call.ResponseStream, patience, ct))) yield return call.ResponseStream.Current;
    }

    private async Task<bool> NextAsync<T>(IAsyncStreamReader<T> stream, CancellationTokenSource patience, CancellationToken ct)
    {
        patience.CancelAfter(options.MessageTimeout);
        try
        {
            return await stream.MoveNext(CancellationToken.None); // the call itself ends with both
        }
        catch (Exception e) when (patience.IsCancellationRequested && !ct.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"no message came for {options.MessageTimeout.TotalSeconds:0} s.", e));
        }
        finally
        {
            patience.CancelAfter(Timeout.InfiniteTimeSpan); // whoever reads may take as long as they like
        }
    }

    public Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken ct)
        => OnceAsync(async () => await _retry.ExecuteAsync(async token => await read(token), ct));

    public async IAsyncEnumerable<T> PagesAsync<TPage, T>(
        Func<string, CancellationToken, Task<TPage>> read,
        Func<TPage, (IEnumerable<T> Items, string NextPageToken)> open,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var token = "";
        do
        {
            var from = token;
            (var items, token) = open(await ReadAsync(cancel => read(from, cancel), ct));
            foreach (var item in items)
                yield return item;
        }
        while (token.Length > 0);
    }

    public Task DownloadAsync<T>(
        Func<long, CancellationToken, AsyncServerStreamingCall<T>> start, Func<T, ByteString> chunkOf, bool resumable, Stream destination, CancellationToken ct)
    {
        var copy = new StreamedCopy<T>((offset, token) => StreamAsync(cancel => start(offset, cancel), token), chunkOf, resumable, destination);
        return ReadAsync(copy.RunAsync, ct);
    }

    private static ResiliencePipeline BuildRetry(EvidenceClientOptions options)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider };
        if (options.ReadRetries == 0)
            return builder.Build();
        return builder.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<RpcException>(e => e.StatusCode == StatusCode.Unavailable && !NodeUnreachableException.IsTooLate(e)),
            MaxRetryAttempts = options.ReadRetries,
            Delay = options.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        }).Build();
    }
}
