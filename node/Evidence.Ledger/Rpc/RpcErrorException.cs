namespace Evidence.Ledger.Rpc;

/// <summary>An endpoint answered a request with a JSON-RPC error object.</summary>
internal sealed class RpcErrorException(string method, int code, string message, byte[]? data) : Exception($"{method}: {message} ({code})")
{
    private const int InternalError = -32603, MethodNotFound = -32601, LimitExceeded = -32005;

    /// <summary>The server's own words.</summary>
    internal string ServerMessage => message;

    /// <summary>What a reverted call returned; null when the server did not say.</summary>
    internal byte[]? RevertData => data;

    /// <summary>Whether the server could not answer, as one whose state lags behind its blocks or who has too much to do, and so has refused nothing.</summary>
    internal bool IsTrouble => data is null && !Says("revert") && (code is InternalError or MethodNotFound or LimitExceeded || Says("txpool is full", "state root", "trie node", "header not found", "block not found", "unknown block", "world state", "syncing"));

    /// <summary>Whether the server does not offer the method at all.</summary>
    internal bool IsMethodMissing => code == MethodNotFound || Says("method not found", "not supported", "is not available");

    internal bool Says(params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
            if (message.Contains(phrase, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

/// <summary>An endpoint gave no usable answer.</summary>
internal sealed class SilentEndpointException(string message, Exception? inner = null) : Exception(message, inner);
