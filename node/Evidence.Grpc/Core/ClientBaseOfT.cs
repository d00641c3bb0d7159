namespace Grpc.Core;

/// <summary>Base of a generated client.</summary>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>A client without a connection, to be overridden in tests.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client on a channel.</summary>
    /// <param name="channel">The way to the server.</param>
    protected ClientBase(ChannelBase channel) : this(channel.CreateCallInvoker())
    {
    }

    /// <summary>A client over what starts its calls.</summary>
    /// <param name="callInvoker">Starts the calls.</param>
    protected ClientBase(CallInvoker callInvoker) : base(new ClientBaseConfiguration(callInvoker))
    {
    }

    /// <summary>A client over what another one handed it.</summary>
    /// <param name="configuration">What starts the calls.</param>
    protected ClientBase(ClientBaseConfiguration configuration) : base(configuration)
    {
    }

    /// <summary>The same client, asking for another host.</summary>
    /// <param name="host">Value of <c>:authority</c>.</param>
    public T WithHost(string host) => NewInstance(new ClientBaseConfiguration(new HostCallInvoker(CallInvoker, host)));

    /// <summary>Makes a client of the same kind.</summary>
    /// <param name="configuration">What starts its calls.</param>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
