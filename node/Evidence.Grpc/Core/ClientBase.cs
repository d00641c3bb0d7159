namespace Grpc.Core;

/// <summary>Base of all generated clients.</summary>
public abstract class ClientBase
{
    private readonly ClientBaseConfiguration? _configuration;

    /// <summary>A client without a connection, to be overridden in tests.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client over what starts its calls.</summary>
    /// <param name="configuration">What starts the calls, and the host to ask for.</param>
    protected ClientBase(ClientBaseConfiguration configuration) => _configuration = configuration;

    /// <summary>Starts the calls.</summary>
    /// <exception cref="InvalidOperationException">The client was made without a connection.</exception>
    protected CallInvoker CallInvoker => Configuration.CallInvoker;

    internal ClientBaseConfiguration Configuration
        => _configuration ?? throw new InvalidOperationException("This client was made without a channel.");

    /// <summary>What a client hands to a copy of itself.</summary>
    protected internal sealed class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker callInvoker) => CallInvoker = callInvoker;

        internal CallInvoker CallInvoker { get; }
    }
}
