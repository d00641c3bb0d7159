namespace Grpc.Core;

/// <summary>
/// A service together with the one object that handles its calls. Generated code can make one and needs it to compile; nothing is kept in it,
/// since services are hosted by <c>MapGrpcService</c>.
/// </summary>
public sealed class ServerServiceDefinition
{
    private static readonly ServerServiceDefinition Made = new();

    private ServerServiceDefinition()
    {
    }

    /// <summary>What generated code names the methods to.</summary>
    public static Builder CreateBuilder() => new();

    /// <summary>Takes the methods that generated code names, of whatever kind.</summary>
    public sealed class Builder
    {
        internal Builder()
        {
        }

        /// <summary>Takes a method.</summary>
        /// <param name="method">The method.</param>
        /// <param name="handler">What would handle it.</param>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, Delegate handler) => this;

        /// <summary>The definition.</summary>
        public ServerServiceDefinition Build() => Made;
    }
}
