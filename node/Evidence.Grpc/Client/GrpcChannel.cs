using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>The way to a server over HTTP/2. Connects when the first call is made. Safe to use from several threads.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private GrpcChannel(Uri address) : base(address.Authority)
    {
    }

    /// <summary>A channel to a server.</summary>
    /// <param name="address">Address with scheme: <c>http://</c> for HTTP/2 without TLS, <c>https://</c> with it.</param>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address), new GrpcChannelOptions());

    /// <summary>A channel to a server.</summary>
    /// <param name="address">Address with scheme: <c>http://</c> for HTTP/2 without TLS, <c>https://</c> with it.</param>
    /// <param name="options">Limits.</param>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions options) => ForAddress(new Uri(address), options);

    /// <summary>A channel to a server.</summary>
    /// <param name="address">Address with scheme: <c>http://</c> for HTTP/2 without TLS, <c>https://</c> with it.</param>
    /// <param name="options">Limits.</param>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions options) => new(address);

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => throw new NotImplementedException();

    /// <summary>Ends all calls and closes the connections.</summary>
    public void Dispose()
    {
    }
}
