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
        var copy = new StreamedCopy<T>(start, chunkOf, resumable, destination);
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
