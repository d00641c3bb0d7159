using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Node.Restoring;
using Evidence.Storage;
using Grpc.Core;

namespace Evidence.Cli;

/// <summary>Says what went wrong in one sentence, and with which exit code. Only a fault of this program shows its trace.</summary>
internal static class Failure
{
    internal static CliException Explain(Exception e) => e switch
    {
        CliException known => known,
        NodeUnreachableException => new(ExitCode.Unreachable, PlainText.Of(e.Message)),
        HistoryException => new(ExitCode.Undetermined, PlainText.Of(e.Message)),
        LedgerUnreachableException => new(ExitCode.Unreachable, PlainText.Of(e.Message)),
        LedgerException => new(ExitCode.Usage, PlainText.Of(e.Message)),
        RpcException rpc => new(CodeOf(rpc.StatusCode), Sentence(rpc)),
        OperationCanceledException => new(ExitCode.Undetermined, "stopped before the end"),
        ConfigurationException or FormatException => new(ExitCode.Usage, e.Message),
        RestoreException restore => new(restore.IsUnreachable ? ExitCode.Unreachable : ExitCode.Usage, PlainText.Of(e.Message)),
        HashesDifferException => new(ExitCode.Undetermined, e.Message),
        IOException or UnauthorizedAccessException or StorageException or BackupException or KeyFileException => new(ExitCode.Usage, e.Message),
        _ => new(ExitCode.Undetermined, $"this is a fault of the program itself, please report it: {e}"),
    };

    private static int CodeOf(StatusCode status) => status switch
    {
        StatusCode.FailedPrecondition => ExitCode.Altered,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => ExitCode.Unreachable,
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.OutOfRange or StatusCode.AlreadyExists
            or StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.Unimplemented => ExitCode.Usage,
        _ => ExitCode.Undetermined,
    };

    private static string Sentence(RpcException rpc) =>
        rpc.Status.Detail is { Length: > 0 } detail ? PlainText.Of(detail) : $"the node answered {rpc.StatusCode} without a reason";
}
