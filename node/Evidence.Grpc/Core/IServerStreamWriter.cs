namespace Grpc.Core;

/// <summary>Writes the responses of a streaming call.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
