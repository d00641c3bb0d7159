namespace Grpc.AspNetCore.Server;

/// <summary>The client has broken off its call, or is gone.</summary>
/// <param name="reason">How the connection said so.</param>
internal sealed class BrokenOffException(IOException reason) : OperationCanceledException("The client has broken off the call.", reason);
