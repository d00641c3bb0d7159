using System.Globalization;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Grpc.Core;

namespace Evidence.Client.Auditing;

/// <summary>
/// Walks the event history of a log up to a signed checkpoint. Every entry is read, and all of them must make the checkpoint's tree: so no event document can be hidden
/// among them, and each must name the one before it.
/// </summary>
internal sealed class EventAudit(EvidenceClient node, AuditFindings findings)
{
    /// <returns>How many documents there are; null when it could not be said that these are all.</returns>
    internal async Task<int?> RunAsync(string origin, Digest logId, Checkpoint signed, CancellationToken ct)
    {
        var documents = new List<SealedDocument>();
        try
        {
            if (await FindAsync(origin, signed, documents, ct) != signed.Root)
            {
                findings.Error(FindingCodes.EventsUnreadable, Layer.Events, "entries", "The entries that are served do not make the tree of the checkpoint, so nobody can say which event documents are in it.");
                return null;
            }
        }
        catch (RpcException e) when (e is not NodeUnreachableException)
        {
            findings.Warning(FindingCodes.EventsUnreadable, Layer.Events, "entries", $"The node does not serve the entries of the log, so the event history was not audited: {e.Status.Detail}");
            return null;
        }

        var chain = new EventChain(origin, logId, whole: true);
        var before = findings.All.Count;
        foreach (var known in documents)
        {
            if (await ReadAsync(known, ct) is { } document) findings.AddOfMany(chain.Next(known.Leaf, known.Seal, document));
            else chain.Skip();
        }

        return findings.All.Count == before ? documents.Count : null;
    }

    /// <summary>Notes the event documents; the root of all entries, or null when there are more than were signed: whoever serves them might never come to an end.</summary>
    private async Task<Digest?> FindAsync(string origin, Checkpoint signed, List<SealedDocument> documents, CancellationToken ct)
    {
        var (root, end) = (new GrowingRoot(), EventDocument.EndOfSeal(origin));
        await foreach (var entry in node.ReadEntriesAsync(origin, 0, signed.Size, ct))
        {
            if (root.Size == signed.Size) return null;
            if (entry.Span.EndsWith(end)) documents.Add(SealedDocument.Of(root.Size, entry.Span));
            root.Add(MerkleTree.LeafHash(entry.Span));
        }

        return root.Root;
    }

    private async Task<EventDocument?> ReadAsync(SealedDocument known, CancellationToken ct)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"event document of leaf {known.Leaf}");
        try
        {
            if (known.Size < 0) throw new FormatException("Its seal names no such document.");
            var bytes = await ReadAsync(known, subject, ct);
            return bytes is null ? null : EventDocument.Parse(bytes);
        }
        catch (FormatException e)
        {
            findings.Warning(FindingCodes.EventsUnreadable, Layer.Events, subject, $"The event document could not be read: {e.Message}");
            return null;
        }
    }

    private async Task<byte[]?> ReadAsync(SealedDocument known, string subject, CancellationToken ct)
    {
        var (bytes, failure) = (new MemoryStream(), (RpcException?)null);
        try
        {
            await foreach (var chunk in node.ReadPartAsync(known.Record.ToString(), EventDocument.Part, ct))
            {
                bytes.Write(chunk.Span);
                if (bytes.Length > known.Size) break;
            }
        }
        catch (RpcException e) when (e is not NodeUnreachableException)
        {
            failure = e;
        }

        var content = bytes.ToArray();
        if (Digest.Of(content) == known.Sha256) return content;
        if (failure is null || content.Length == known.Size)
            findings.Error(FindingCodes.EventsChanged, Layer.Events, subject, "The event document is not the one that was sealed.", $"SHA-256 {known.Sha256}", $"SHA-256 {Digest.Of(content)}");
        else if (failure.StatusCode == StatusCode.NotFound)
            findings.Error(FindingCodes.EventsMissing, Layer.Events, subject, $"The event document is not there: {failure.Status.Detail}");
        else findings.Warning(FindingCodes.EventsUnreadable, Layer.Events, subject, $"The event document could not be read: {failure.Status.Detail}");
        return null;
    }
}
