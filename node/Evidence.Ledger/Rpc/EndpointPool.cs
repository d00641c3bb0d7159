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

    /// <summary>
    /// Runs <paramref name="work"/> against all endpoints at once, or some: one that is cut off from the chain answers as well as any other. Once enough have
    /// answered, the slow ones hold nothing up; their work goes on.
    /// </summary>
    /// <returns>What those answered that did the work: one at least.</returns>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    internal async Task<IReadOnlyList<T>> AllAsync<T>(Func<LedgerEndpoint, Task<T>> work, Func<IReadOnlyList<T>, bool> isEnough, CancellationToken ct, IReadOnlyList<LedgerEndpoint>? some = null)
    {
        some ??= _endpoints;
        var failures = new EndpointFailures(_logger);
        var answers = await Gathering.WaitAsync(
            [.. some.Select(async endpoint =>
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
            })],
            answers => isEnough(Done(answers)), _time, ct);
        return Done(answers) is { Count: > 0 } done ? done : throw failures.Outcome(some.Count);
    }

    /// <summary>Heights of the newest blocks of those endpoints that name one at once.</summary>
    internal Task<IReadOnlyDictionary<LedgerEndpoint, ulong>> HeadsAsync(CancellationToken ct) => HeadsAsync(NamedAsync, ct);

    /// <summary>Prefers the next endpoint: what the present one took, no block has held for too long.</summary>
    internal void PassOver()
    {
        _passedOver = _preferred;
        _preferred = (_preferred + 1) % _endpoints.Length;
    }

    /// <summary>Prefers the endpoint that has seen most of the chain, as each names it, where the preferred one lags behind it or is silent.</summary>
    internal Task PreferNewestAsync(CancellationToken ct) => PreferNewestAsync(NamedAsync, ct);

    /// <summary>As <see cref="PreferNewestAsync(CancellationToken)"/>, by a height that is more than the endpoint's word.</summary>
    /// <param name="height">Height of the newest block of an endpoint.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The heights of those that showed one at once.</returns>
    internal async Task<IReadOnlyDictionary<LedgerEndpoint, ulong>> PreferNewestAsync(Func<LedgerEndpoint, CancellationToken, Task<ulong>> height, CancellationToken ct)
    {
        var heads = await HeadsAsync(height, ct);
        // What one was passed over for counts for more than its head: that may be as false as its word that it has the transaction.
        var newest = Enumerable.Range(0, _endpoints.Length).Where(at => at != _passedOver && heads.ContainsKey(_endpoints[at])).OrderByDescending(at => heads[_endpoints[at]]).Cast<int?>().FirstOrDefault();
        var preferred = _preferred;
        if (newest is not { } at || at == preferred) return heads;
        ulong? known = heads.TryGetValue(_endpoints[preferred], out var head) ? head : null;
        if (heads[_endpoints[at]] <= known || heads[_endpoints[at]] - known <= Lag) return heads;
        LedgerLogMessages.EndpointLags(_logger, _endpoints[preferred].Url, known, _endpoints[at].Url, heads[_endpoints[at]]);
        _preferred = at;
        return heads;
    }

    private async Task<IReadOnlyDictionary<LedgerEndpoint, ulong>> HeadsAsync(Func<LedgerEndpoint, CancellationToken, Task<ulong>> height, CancellationToken ct)
    {
        if (_endpoints.Length == 1) return new Dictionary<LedgerEndpoint, ulong>();
        var failures = new EndpointFailures(_logger);
        var heads = await Gathering.WaitAsync(
            [.. _endpoints.Select(async endpoint => (Endpoint: endpoint, Height: await HeightAsync(endpoint, height, failures, ct)))],
            heads => heads.Count(static head => head.Height is not null) * 2 > _endpoints.Length, _time, ct);
        return heads.Where(static head => head.Height is not null).ToDictionary(static head => head.Endpoint, static head => head.Height!.Value);
    }

    /// <returns>Null where the endpoint does not show a height at once.</returns>
    private async Task<ulong?> HeightAsync(LedgerEndpoint endpoint, Func<LedgerEndpoint, CancellationToken, Task<ulong>> height, EndpointFailures failures, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(HeadLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await endpoint.IdentifyAsync(either.Token);
            return await height(endpoint, either.Token);
        }
        catch (LedgerMismatchException e) when (failures.Take(endpoint, e))
        {
            return null;
        }
        catch (Exception e) when (e is SilentEndpointException or RpcErrorException or NotFinalException or FormatException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null; // whoever asks it for something says why it is no good
        }
    }

    private static async Task<ulong> NamedAsync(LedgerEndpoint endpoint, CancellationToken ct) => (await endpoint.CallAsync("eth_getBlockByNumber", ct, "latest", false)).Quantity("number");

    private static List<T> Done<T>(IReadOnlyList<(bool Done, T Result)> answers) => [.. answers.Where(static answer => answer.Done).Select(static answer => answer.Result)];
}
