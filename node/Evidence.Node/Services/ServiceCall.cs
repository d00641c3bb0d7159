using Evidence.Core.Log;
using Evidence.Node.Archiving;
using Evidence.Node.Packaging;
using Evidence.Storage;
using Evidence.Storage.LevelDb;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Gives every failure of a call its gRPC status and a message that says what the client can do.</summary>
internal static partial class ServiceCall
{
    internal static async Task<T> RunAsync<T>(ILogger logger, ServerCallContext context, Func<CancellationToken, Task<T>> call)
    {
        try
        {
            return await call(context.CancellationToken);
        }
        catch (Exception e) when (e is not RpcException and not OperationCanceledException)
        {
            throw new RpcException(Explain(logger, context, e));
        }
    }

    /// <summary>What a failure means for the client. What is not the client's doing is logged.</summary>
    internal static Status Explain(ILogger logger, ServerCallContext context, Exception e)
    {
        var status = StatusOf(e);
        if (status.StatusCode is StatusCode.Internal or StatusCode.DataLoss or StatusCode.Unavailable) LogFailed(logger, e, context.Method);
        return status;
    }

    internal static Task RunAsync(ILogger logger, ServerCallContext context, Func<CancellationToken, Task> call) =>
        RunAsync(logger, context, async ct =>
        {
            await call(ct);
            return true;
        });

    internal static RpcException InvalidArgument(string message) => Error(StatusCode.InvalidArgument, message);

    internal static RpcException NotFound(string message) => Error(StatusCode.NotFound, message);

    internal static RpcException OutOfRange(string message) => Error(StatusCode.OutOfRange, message);

    internal static RpcException Error(StatusCode code, string message) => new(new Status(code, message));

    private static Status StatusOf(Exception e) => e switch
    {
        RpcException known => known.Status,
        OperationCanceledException => new(StatusCode.Cancelled, "The call was cancelled before the record was stored."),
        ArchiveRefusedException { Refusal: Refusal.BadInput } => new(StatusCode.InvalidArgument, e.Message),
        ArchiveRefusedException { Refusal: Refusal.NoRoom } => new(StatusCode.ResourceExhausted, e.Message),
        ArchiveRefusedException { Refusal: Refusal.NotThere } => new(StatusCode.NotFound, e.Message),
        ArchiveRefusedException { Refusal: Refusal.TakenOver } => new(StatusCode.Aborted, e.Message),
        ArchiveRefusedException { Refusal: Refusal.Elsewhere } => new(StatusCode.OutOfRange, e.Message),
        ArchiveRefusedException { Refusal: Refusal.NotNow } or LogBehindException or PackageRefusedException { Refusal: PackageRefusal.NotNow } => new(StatusCode.Aborted, e.Message),
        ArchiveRefusedException => new(StatusCode.FailedPrecondition, e.Message), // what came is not what was signed or sent: clients tell it from all else by this
        PackageRefusedException { Refusal: PackageRefusal.NotThere } => new(StatusCode.NotFound, e.Message),
        PackageRefusedException => new(StatusCode.InvalidArgument, e.Message),
        InvalidDataException => new(StatusCode.DataLoss, e.Message),
        StorageFullException => new(StatusCode.ResourceExhausted, $"{e.Message} Nothing of the record was kept; try again when there is room."),
        StorageException => new(StatusCode.Unavailable, e.Message),
        LevelDbException => new(StatusCode.DataLoss, $"The index cannot be read: {e.Message}. The next sweep rebuilds it from the volumes."),
        MissingNodeException or IOException => new(StatusCode.DataLoss, $"{e.Message} The next sweep reports and repairs it."),
        _ => new(StatusCode.Internal, "The node failed in a way that it did not expect; its own log says how."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private static partial void LogFailed(ILogger logger, Exception e, string method);
}
