namespace Grpc.Core;

/// <summary>The way to a server.</summary>
/// <param name="target">Address of the server.</param>
public abstract class ChannelBase(string target)
{
    /// <summary>Address of the server.</summary>
    public string Target { get; } = target;

    /// <summary>Makes what starts calls on this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();
}
