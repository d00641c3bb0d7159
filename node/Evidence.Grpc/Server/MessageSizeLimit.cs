namespace Grpc.AspNetCore.Server;

/// <summary>Metadata of endpoints that take no messages as large as the host's other ones: see <see cref="GrpcServiceOptions.MaxReceiveMessageSize"/>.</summary>
/// <param name="Bytes">Largest request message in bytes, after decompression.</param>
public sealed record MessageSizeLimit(int Bytes);
