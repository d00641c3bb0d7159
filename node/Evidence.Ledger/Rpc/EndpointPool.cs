using Microsoft.Extensions.Logging;

namespace Evidence.Ledger.Rpc;

/// <summary>
/// The endpoints of one ledger. Work goes to the endpoint that answered last; when one is silent, refuses or answers falsely, it goes to the next. One that
/// answered falsely is asked last for a while.
/// No endpoint is asked anything before it has shown the pinned identity, and it shows it again after every silence.
/// </summary>
internal sealed class EndpointPool
{
    /// <summary>Blocks by which an endpoint may be behind another: a block takes its time to go round.</summary>
    internal const ulong Lag = 2;

    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(2);

    private readonly LedgerEndpoint[] _endpoints;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private volatile int _preferred;
    private volatile int _passedOver = -1;

    internal EndpointPool(LedgerOptions options, HttpClient http, TimeProvider time, ILogger logger)
    {
        if (options.Endpoints.Count == 0) throw new ArgumentException("A ledger needs at least one endpoint.", nameof(options));
        _endpoints = [.. options.Endpoints.Select(url => new LedgerEndpoint(new JsonRpcEndpoint(url, http, options.RequestTimeout, time), options, time))];
        (_time, _logger) = (time, logger);
    }

    /// <summary>The endpoints that answered falsely a short time ago.</summary>
    internal IReadOnlyList<SetAsideEndpoint> SetAside =>
        [.. _endpoints.Where(static endpoint => endpoint.SetAsideFor is not null).Select(static endpoint => new SetAsideEndpoint(endpoint.Url, endpoint.SetAsideFor!))];

    /// <summary>Runs <paramref name="work"/> against one endpoint from its beginning to its end, so that its answers are of one view of the chain.</summary>
    /// <exception cref="LedgerMismatchException">An endpoint answered falsely, and no other truly.</exception>
    /// <exception cref="NotFinalException">An endpoint says that the chain may still drop what was asked for, and none that it stands.</exception>
    /// <exception cref="LedgerRejectedException">Each endpoint refused.</exception>
    /// <exception cref="LedgerUnreachableException">No endpoint answered, or some did not and the others refused.</exception>
    internal async Task<T> RunAsync<T>(Func<LedgerEndpoint, Task<T>> work, CancellationToken ct)
    {
        var first = _preferred;
        var failures = new EndpointFailures(_logger);
        foreach (var at in Enumerable.Range(0, _endpoints.Length).Select(i => (first + i) % _endpoints.Length).OrderBy(at => _endpoints[at].SetAsideFor is not null))
        {
            try
            {
                await _endpoints[at].IdentifyAsync(ct);
                var result = await work(_endpoints[at]);
                _preferred = at;
                return result;
            }
            catch (Exception e) when (failures.Take(_endpoints[at], e))
            {
                // The next one is asked.
            }
        }

        throw failures.Outcome(_endpoints.Length);
    }

    /// <summary>Runs <paramref name="work"/> against all endpoints at once, or some: one that is cut off from the chain answers as well as any other.</summary>
    /// <returns>What those answered that did the work: one at least.</returns>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    internal async Task<IReadOnlyList<T>> AllAsync<T>(Func<LedgerEndpoint, Task<T>> work, CancellationToken ct, IReadOnlyList<LedgerEndpoint>? some = null)
    {
        some ??= _endpoints;
        var failures = new EndpointFailures(_logger);
        var answers = await Task.WhenAll(some.Select(async endpoint =>
        {
            try
            {
                await endpoint.IdentifyAsync(ct);
                return (Done: true, Result: await work(endpoint));
            }
            catch (Exception e) when (failures.Take(endpoint, e))
            {
                return (Done: false, Result: default(T)!);
            }
        }));
        return answers.Any(static answer => answer.Done) ? [.. answers.Where(static answer => answer.Done).Select(static answer => answer.Result)] : throw failures.Outcome(some.Count);
    }

    /// <summary>Heights of the newest blocks of those endpoints that name one at once.</summary>
    internal async Task<IReadOnlyDictionary<LedgerEndpoint, ulong>> HeadsAsync(CancellationToken ct)
    {
        if (_endpoints.Length == 1) return new Dictionary<LedgerEndpoint, ulong>();
        var heads = await Task.WhenAll(_endpoints.Select(endpoint => HeadAsync(endpoint, ct)));
        return _endpoints.Zip(heads).Where(static pair => pair.Second is not null).ToDictionary(static pair => pair.First, static pair => pair.Second!.Value);
    }

    /// <summary>Prefers the next endpoint: what the present one took, no block has held for too long.</summary>
    internal void PassOver()
    {
        _passedOver = _preferred;
        _preferred = (_preferred + 1) % _endpoints.Length;
    }

    /// <summary>Prefers the endpoint that has seen most of the chain, where the preferred one lags behind it or is silent.</summary>
    internal async Task PreferNewestAsync(CancellationToken ct)
    {
        if (_endpoints.Length == 1) return;
        var heads = await Task.WhenAll(_endpoints.Select(endpoint => HeadAsync(endpoint, ct)));
        var (preferred, newest) = (_preferred, -1);
        for (var i = 0; i < heads.Length; i++)
        {
            // The head of one that was passed over does not count: it may be as false as its word that it has the transaction.
            if (i != _passedOver && heads[i] is { } head && (newest < 0 || head > heads[newest])) newest = i;
        }

        if (newest < 0 || newest == preferred || (heads[preferred] is { } known && heads[newest] <= known + Lag)) return;
        LedgerLogMessages.EndpointLags(_logger, _endpoints[preferred].Url, heads[preferred], _endpoints[newest].Url, heads[newest]);
        _preferred = newest;
    }

    /// <returns>Number of the newest block; null where the endpoint does not say so at once.</returns>
    private async Task<ulong?> HeadAsync(LedgerEndpoint endpoint, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(HeadLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await endpoint.IdentifyAsync(either.Token);
            return (await endpoint.CallAsync("eth_getBlockByNumber", either.Token, "latest", false)).Quantity("number");
        }
        catch (Exception e) when (e is SilentEndpointException or RpcErrorException or LedgerMismatchException or FormatException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null; // whoever asks it for something says why it is no good
        }
    }
}
