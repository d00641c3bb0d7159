using Evidence.Client;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Cli.Archiving;

/// <summary>Files a large file in an upload that is gone on with: after a broken connection by itself, and after this program was ended when the same command is given again.</summary>
internal static class LargeFile
{
    /// <summary>Bytes from which on a file is worth it.</summary>
    internal const long From = 64L << 20;

    /// <summary>Sends it, or what the node does not have of it yet.</summary>
    internal static async Task<ArchiveResponse> SendAsync(Session session, DraftFile file, RecordDraft draft, IProgress<Step> progress, CancellationToken ct)
    {
        var note = UploadNote.Of(session.Client.Address, file, draft);
        var (upload, known) = note.Read() is { } noted && await IsThereAsync(session, noted, ct) ? (noted, true) : (await session.Client.CreateUploadAsync(draft, ct), false);
        note.Write(upload);
        if (known) progress.Report(new Step(0, $"{file.Content.Name}: going on with the upload {upload} 续传"));
        try
        {
            var receipt = await session.Client.SendUploadAsync(upload, draft, new TransferProgress(file.Content.Name, draft.Parts.Sum(p => p.Size), session.Time, progress), ct);
            note.Remove();
            return receipt;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition or StatusCode.InvalidArgument)
        {
            await RemoveAsync(session, upload, ct); // what is refused as a whole is not gone on with
            note.Remove();
            throw;
        }
    }

    private static async Task<bool> IsThereAsync(Session session, string upload, CancellationToken ct)
    {
        try
        {
            await session.Client.ReadAsync(token => session.Client.Uploads.GetUploadAsync(new GetUploadRequest { Upload = upload }, cancellationToken: token).ResponseAsync, ct);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return false;
        }
    }

    private static async Task RemoveAsync(Session session, string upload, CancellationToken ct)
    {
        try
        {
            await session.Client.DeleteUploadAsync(upload, ct);
        }
        catch (RpcException)
        {
            // gone already, or removed by the node when it expires
        }
    }
}
