namespace Evidence.Ledger.Rpc;

/// <summary>An endpoint answered a request with a JSON-RPC error object.</summary>
internal sealed class RpcErrorException(string method, int code, string message, byte[]? data) : Exception($"{method}: {message} ({code})")
{
    /// <summary>The server's own words.</summary>
    internal string ServerMessage => message;

    /// <summary>What a reverted call returned; null when the server did not say.</summary>
    internal byte[]? RevertData => data;

    internal bool Says(params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
            if (message.Contains(phrase, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

/// <summary>An endpoint gave no usable answer.</summary>
internal sealed class SilentEndpointException(string message, Exception? inner = null) : Exception(message, inner);
