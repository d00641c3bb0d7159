using Microsoft.Extensions.Logging;

namespace Evidence.Ledger.Rpc;

/// <summary>What went wrong at the endpoints that were asked for one thing, and what follows from all of it. Safe for concurrent use.</summary>
internal sealed class EndpointFailures(ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly List<string> _reasons = [];
    private readonly List<RefusedException> _refusals = [];
    private LedgerMismatchException? _mismatch;
    private NotFinalException? _notFinal;

    /// <summary>Takes note of a failure after which the next endpoint is asked.</summary>
    /// <returns>False for one that does not concern the endpoint alone.</returns>
    internal bool Take(LedgerEndpoint endpoint, Exception failure)
    {
        lock (_gate)
        {
            switch (failure)
            {
                case SilentEndpointException:
                    endpoint.Forget();
                    return Silent(endpoint, failure.Message);
                case RpcErrorException:
                    // Whoever expects a refusal handles it himself: here it is a server that cannot answer just now.
                    return Silent(endpoint, failure.Message);
                case RefusedException refusal:
                    _refusals.Add(refusal);
                    _reasons.Add($"{endpoint.Url}: {refusal.Message}");
                    LedgerLogMessages.EndpointRefuses(logger, endpoint.Url, refusal.Message);
                    return true;
                case LedgerMismatchException mismatch:
                    return False(endpoint, mismatch);
                case FormatException:
                    return False(endpoint, new LedgerMismatchException($"the answer of {endpoint.Url}", "well-formed data", failure.Message));
                case NotFinalException notFinal:
                    _notFinal = notFinal; // another endpoint may be ahead
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>What to tell whoever asked, once no endpoint did what was asked for.</summary>
    /// <param name="asked">How many endpoints were asked.</param>
    internal Exception Outcome(int asked)
    {
        // One that says "not yet" is as good as its word: what another answered falsely is no reason not to wait. But a false answer weighs more than a
        // silence: it must not pass for "try again later". And only what every endpoint refuses is refused by the ledger.
        if ((_notFinal as Exception ?? _mismatch) is { } known) return known;
        if (_refusals.Count == asked) return new LedgerRejectedException($"The ledger refused: {_refusals[0].Message}.");
        return new LedgerUnreachableException($"No ledger endpoint {(_refusals.Count == 0 ? "answered" : "did it, and not each of them refused")}. {string.Join("; ", _reasons)}.");
    }

    private bool Silent(LedgerEndpoint endpoint, string reason)
    {
        _reasons.Add($"{endpoint.Url}: {reason}");
        LedgerLogMessages.EndpointSilent(logger, endpoint.Url, reason);
        return true;
    }

    private bool False(LedgerEndpoint endpoint, LedgerMismatchException mismatch)
    {
        _mismatch = mismatch;
        endpoint.SetAside(mismatch.Message);
        LedgerLogMessages.EndpointFalse(logger, endpoint.Url, mismatch.Message);
        return true;
    }
}
