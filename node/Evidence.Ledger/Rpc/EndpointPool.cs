using Microsoft.Extensions.Logging;

namespace Evidence.Ledger.Rpc;

/// <summary>
/// The endpoints of one ledger. Work goes to the endpoint that answered last; when one is silent or answers falsely, it goes to the next.
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
    /// <exception cref="LedgerUnreachableException">No endpoint answered.</exception>
    internal async Task<T> RunAsync<T>(Func<LedgerEndpoint, Task<T>> work, CancellationToken ct)
    {
        var first = _preferred;
        List<string> failures = [];
        LedgerMismatchException? mismatch = null;
        NotFinalException? notFinal = null;
        for (var i = 0; i < _endpoints.Length; i++)
        {
            var at = (first + i) % _endpoints.Length;
            var endpoint = _endpoints[at];
            try
            {
                await endpoint.IdentifyAsync(ct);
                var result = await work(endpoint);
                _preferred = at;
                return result;
            }
            catch (SilentEndpointException e)
            {
                endpoint.Forget();
                failures.Add($"{endpoint.Url}: {e.Message}");
                LedgerLogMessages.EndpointSilent(_logger, endpoint.Url, e.Message);
            }
            catch (LedgerMismatchException e)
            {
                mismatch = e;
                LedgerLogMessages.EndpointFalse(_logger, endpoint.Url, e.Message);
            }
            catch (NotFinalException e)
            {
                notFinal = e; // another endpoint may be ahead
            }
            catch (FormatException e)
            {
                mismatch = new LedgerMismatchException($"the answer of {endpoint.Url}", "well-formed data", e.Message);
                LedgerLogMessages.EndpointFalse(_logger, endpoint.Url, e.Message);
            }
            catch (RpcErrorException e)
            {
                // Whoever expects a refusal handles it himself: here it is a server that cannot answer just now.
                failures.Add($"{endpoint.Url}: {e.Message}");
                LedgerLogMessages.EndpointSilent(_logger, endpoint.Url, e.Message);
            }
        }
        // One that says "not yet" is as good as its word: what another answered falsely is no reason not to wait. But a false answer weighs more than a
        // silence: it must not pass for "try again later".
        throw notFinal as Exception ?? mismatch as Exception ?? new LedgerUnreachableException($"No ledger endpoint answered. {string.Join("; ", failures)}.");
    }
}
