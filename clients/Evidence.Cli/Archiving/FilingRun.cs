using System.Runtime.CompilerServices;
using Evidence.Client;
using Evidence.Core;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Cli.Archiving;

/// <summary>Files many files in one go. What happens to one of them stays with it; a node that goes away, or an interruption, ends the rest.</summary>
internal sealed class FilingRun(Session session, IReadOnlyList<DraftFile> files, string submitter, Description description, IProgress<Step> progress)
{
    private readonly ArchivedFile?[] _results = new ArchivedFile?[files.Count];
    private readonly Dictionary<RecordDraft, int> _sent = new(ReferenceEqualityComparer.Instance);

    /// <summary>Files all, and gives what became of each, in the order of the files.</summary>
    internal async Task<IReadOnlyList<ArchivedFile>> RunAsync(CancellationToken ct)
    {
        try
        {
            await Task.WhenAll(FileSmallAsync(ct), FileLargeAsync(ct));
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && _results.Any(r => r?.Receipt is not null))
        {
            var failure = Failure.Explain(e);
            var sent = _sent.Values.ToHashSet();
            for (var i = 0; i < files.Count; i++) _results[i] ??= Unknown(files[i].Content, sent.Contains(i), failure);
        }
        return [.. _results.Select(r => r!)];
    }

    private async Task FileSmallAsync(CancellationToken ct)
    {
        await foreach (var outcome in session.Client.ArchiveManyAsync(DraftsAsync(ct), ct)) Take(outcome);
    }

    // One after the other: each of them keeps the disk busy by itself.
    private async Task FileLargeAsync(CancellationToken ct)
    {
        for (var i = 0; i < files.Count; i++)
            if (IsLarge(i)) await FileLargeAsync(i, ct);
    }

    private async Task FileLargeAsync(int number, CancellationToken ct)
    {
        if (Draft(number) is not { } draft) return;
        try
        {
            Keep(number, await LargeFile.SendAsync(session, files[number], draft, progress, ct), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RpcException { StatusCode: not StatusCode.Cancelled } and not NodeUnreachableException)
        {
            Keep(number, null, e);
        }
    }

    // Of a file that cannot be asked, opening it says what is wrong.
    private bool IsLarge(int number)
    {
        try
        {
            return RegularFile.LengthOf(files[number].Content) >= LargeFile.From;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Files are opened when their turn comes; one that has gone by then is an outcome like any other.
    private async IAsyncEnumerable<RecordDraft> DraftsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        for (var i = 0; i < files.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            if (IsLarge(i) || Draft(i) is not { } draft) continue;
            lock (_sent) _sent.Add(draft, i);
            yield return draft;
        }
    }

    private RecordDraft? Draft(int number)
    {
        try
        {
            return DraftBuilder.Make(files[number], submitter, description);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Keep(number, null, e);
            return null;
        }
    }

    private void Take(ArchiveOutcome outcome)
    {
        int number;
        lock (_sent) _sent.Remove(outcome.Draft, out number);
        Keep(number, outcome.Receipt, outcome.Failure);
    }

    private void Keep(int number, ArchiveResponse? receipt, Exception? failure)
    {
        var content = files[number].Content;
        var explained = failure is null ? null : Failure.Explain(failure);
        var result = _results[number] = new ArchivedFile(content, receipt, explained?.Code ?? ExitCode.Intact, explained?.Message, failure is RpcException);
        progress.Report(new Step(content.Exists && !IsLarge(number) ? content.Length : 0, files.Count > 1 ? result.Line : null));
    }

    private static ArchivedFile Unknown(FileInfo content, bool sent, CliException failure) => new(
        content, null, failure.Code, $"{failure.Message}; {(sent ? "whether it was filed is not known" : "it was not sent")}", Refused: false);
}
