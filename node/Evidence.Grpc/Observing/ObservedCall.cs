using Grpc.Core;

namespace Grpc.Observing;

/// <summary>A call that has ended.</summary>
/// <param name="Side">Who looked on.</param>
/// <param name="Method">Path of the method: <c>/service/method</c>.</param>
/// <param name="Peer">On a server the address of the client; on a client empty.</param>
/// <param name="Code">How it ended, as far as this side can tell.</param>
/// <param name="Took">From the start of the call to its end.</param>
public readonly record struct ObservedCall(CallSide Side, string Method, string Peer, StatusCode Code, TimeSpan Took);

/// <summary>A side of a call.</summary>
public enum CallSide
{
    /// <summary>The side that calls.</summary>
    Client,

    /// <summary>The side that handles.</summary>
    Server,
}
