using Microsoft.Extensions.Logging;

namespace Evidence.Ledger.Rpc;

/// <summary>
/// The endpoints of one ledger. Work goes to the endpoint that answered last; when one is silent, refuses or answers falsely, it goes to the next.
/// No endpoint is asked anything before it has shown the pinned identity, and it shows it again after every silence.
/// </summary>
internal sealed class EndpointPool
{
    private readonly LedgerEndpoint[] _endpoints;
    private readonly ILogger _logger;
    private volatile int _preferred;

    internal EndpointPool(LedgerOptions options, HttpClient http, TimeProvider time, ILogger logger)
    {
        if (options.Endpoints.Count == 0) throw new ArgumentException("A ledger needs at least one endpoint.", nameof(options));
        _endpoints = [.. options.Endpoints.Select(url => new LedgerEndpoint(new JsonRpcEndpoint(url, http, options.RequestTimeout, time), options, time))];
        _logger = logger;
    }

    /// <summary>Runs <paramref name="work"/> against one endpoint from its beginning to its end, so that its answers are of one view of the chain.</summary>
    /// <exception cref="LedgerMismatchException">An endpoint answered falsely, and no other truly.</exception>
    /// <exception cref="NotFinalException">An endpoint says that the chain may still drop what was asked for, and none that it stands.</exception>
    /// <exception cref="LedgerRejectedException">Each endpoint refused.</exception>
    /// <exception cref="LedgerUnreachableException">No endpoint answered, or some did not and the others refused.</exception>
    internal async Task<T> RunAsync<T>(Func<LedgerEndpoint, Task<T>> work, CancellationToken ct)
    {
        var first = _preferred;
        var failures = new EndpointFailures(_logger);
        for (var i = 0; i < _endpoints.Length; i++)
        {
            var at = (first + i) % _endpoints.Length;
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
}
