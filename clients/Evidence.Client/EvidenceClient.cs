using System.Buffers;
using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.V1;
using Grpc.Core;
using Grpc.Net.Client;
using CoreVerdict = Evidence.Core.Verification.Verdict;

namespace Evidence.Client;

/// <summary>
/// Talks to one node. The methods of this class throw <see cref="NodeUnreachableException"/> when the node gives no answer and
/// <see cref="Grpc.Core.RpcException"/> when it answers with an error. Safe to use from several threads.
/// </summary>
public sealed class EvidenceClient : IDisposable, IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly NodeCalls _calls;
    private readonly EvidenceClientOptions _options;

    /// <summary>A client of a node. Connects with the first call.</summary>
    /// <param name="address">Address with scheme, such as <c>http://127.0.0.1:7401</c>.</param>
    /// <param name="time">Measures deadlines and waits.</param>
    public EvidenceClient(string address, TimeProvider? time = null)
        : this(new Uri(address), new EvidenceClientOptions { TimeProvider = time ?? TimeProvider.System })
    {
    }

    /// <summary>A client of a node. Connects with the first call.</summary>
    /// <param name="node">Address with scheme.</param>
    /// <param name="options">Limits and credentials; null: the defaults.</param>
    /// <exception cref="ArgumentException">A token would go over the network in clear.</exception>
    public EvidenceClient(Uri node, EvidenceClientOptions? options = null)
    {
        _options = options ??= new EvidenceClientOptions();
        Address = node.GetLeftPart(UriPartial.Authority);
        _calls = new NodeCalls(Address, options);
        _channel = GrpcChannel.ForAddress(node, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = options.MaxReceiveMessageSize,
            TimeProvider = options.TimeProvider,
            Around = handler => options.Credentials?.Around(handler, node, options.TimeProvider) ?? handler,
        });
        Archive = new ArchiveService.ArchiveServiceClient(_channel);
        Uploads = new UploadService.UploadServiceClient(_channel);
        Verification = new VerificationService.VerificationServiceClient(_channel);
        Audit = new AuditService.AuditServiceClient(_channel);
        Monitor = new MonitorService.MonitorServiceClient(_channel);
        Replication = new ReplicationService.ReplicationServiceClient(_channel);
    }

    /// <summary>Address of the node.</summary>
    public string Address { get; }

    /// <summary>Files records and reads them back.</summary>
    public ArchiveService.ArchiveServiceClient Archive { get; }

    /// <summary>Takes large records that may be broken off and gone on with.</summary>
    public UploadService.UploadServiceClient Uploads { get; }

    /// <summary>Verdicts and evidence packages.</summary>
    public VerificationService.VerificationServiceClient Verification { get; }

    /// <summary>Anchors and proofs.</summary>
    public AuditService.AuditServiceClient Audit { get; }

    /// <summary>Sweeps and alerts.</summary>
    public MonitorService.MonitorServiceClient Monitor { get; }

    /// <summary>Volumes and logs, for other nodes.</summary>
    public ReplicationService.ReplicationServiceClient Replication { get; }

    /// <summary>
    /// Files a record: as one message if it is small, else in a stream of chunks, so its size does not matter. It is never repeated: after a
    /// broken connection it may have been filed.
    /// </summary>
    /// <param name="draft">The record.</param>
    /// <param name="bytesSent">Told how many bytes of all parts have been sent.</param>
    /// <param name="cancellationToken">Gives up; the record is then not filed unless the node had all of it.</param>
    /// <exception cref="IOException">A part cannot be read.</exception>
    public Task<ArchiveResponse> ArchiveAsync(RecordDraft draft, IProgress<long>? bytesSent, CancellationToken cancellationToken)
        => _calls.OnceAsync(() => SmallRecord.SizeOf(draft) is not null
            ? ArchiveWholeAsync(draft, bytesSent, cancellationToken)
            : RecordUpload.SendAsync(Archive, draft, bytesSent, cancellationToken));

    /// <summary>
    /// Files many records, each for itself. Their parts are read ahead while others are under way; small ones go over one stream, larger ones
    /// beside it. Outcomes come as the node is done with each, in any order. Throws when the node is gone: what has no outcome by then may
    /// have been filed or not.
    /// </summary>
    /// <param name="drafts">The records; asked for as there is room for them.</param>
    /// <param name="cancellationToken">Gives up; what has no outcome by then may have been filed or not.</param>
    public async IAsyncEnumerable<ArchiveOutcome> ArchiveManyAsync(IAsyncEnumerable<RecordDraft> drafts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var filing = new RecordFiling(this, cancellationToken);
        await foreach (var outcome in filing.RunAsync(drafts, cancellationToken)) yield return outcome;
    }

    /// <summary>Begins an upload: a record that may be broken off and gone on with, by <see cref="SendUploadAsync"/>.</summary>
    /// <param name="draft">The record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Number of the upload, and of the record that is made of it. Kept, it lets another process go on.</returns>
    public Task<string> CreateUploadAsync(RecordDraft draft, CancellationToken cancellationToken)
        => _calls.OnceAsync(async () =>
        {
            var header = new ArchiveHeader { Submitter = draft.Submitter, Description = draft.Description };
            return (await Uploads.CreateUploadAsync(new CreateUploadRequest { Header = header }, cancellationToken: cancellationToken)).Upload;
        });

    /// <summary>
    /// Sends what the node does not have yet of an upload, and finishes it. After a broken connection it goes on by itself; called again, also by another
    /// process, it goes on where the last call stopped, and when the record was filed already it gives the same receipt.
    /// </summary>
    /// <param name="upload">Number of the upload.</param>
    /// <param name="draft">The record, as it was begun.</param>
    /// <param name="received">Told how many bytes of all parts the node has been sent.</param>
    /// <param name="cancellationToken">Gives up; the node keeps what it has for a while.</param>
    /// <exception cref="IOException">A file cannot be read, or is not the one that the upload was begun with.</exception>
    public Task<ArchiveResponse> SendUploadAsync(string upload, RecordDraft draft, IProgress<long>? received, CancellationToken cancellationToken)
        => _calls.OnceAsync(() => new ResumedUpload(Uploads, _options, upload, draft, received).RunAsync(cancellationToken));

    /// <summary>What is proven of each volume of a log, at which node, and when, as the node knows it.</summary>
    /// <param name="log">Origin of the log; empty: the node's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ListReplicasResponse> ListReplicasAsync(string log, CancellationToken cancellationToken)
        => ReadAsync(ct => Replication.ListReplicasAsync(new ListReplicasRequest { Log = log }, cancellationToken: ct).ResponseAsync, cancellationToken);

    /// <summary>Uploads that are not finished, the oldest first.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<UploadStatus>> ListUploadsAsync(CancellationToken cancellationToken)
        => (await ReadAsync(ct => Uploads.ListUploadsAsync(new ListUploadsRequest(), cancellationToken: ct).ResponseAsync, cancellationToken)).Uploads;

    /// <summary>Removes an upload with its bytes. A record that was made of it stays.</summary>
    /// <param name="upload">Number of the upload.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task DeleteUploadAsync(string upload, CancellationToken cancellationToken)
        => _calls.OnceAsync(() => Uploads.DeleteUploadAsync(new DeleteUploadRequest { Upload = upload }, cancellationToken: cancellationToken).ResponseAsync);

    /// <summary>All records of a log, in leaf order.</summary>
    /// <param name="log">Origin of the log; empty: the node's own.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Record> ListRecordsAsync(string log, CancellationToken cancellationToken)
        => _calls.PagesAsync(
            (token, ct) => Archive.ListRecordsAsync(
                new ListRecordsRequest { Log = log, PageSize = NodeCalls.PageSize, PageToken = token }, cancellationToken: ct).ResponseAsync,
            page => (page.Records, page.NextPageToken),
            cancellationToken);

    /// <summary>All anchors of a log, the newest first.</summary>
    /// <param name="log">Origin of the log; empty: the node's own.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Anchor> ListAnchorsAsync(string log, CancellationToken cancellationToken)
        => _calls.PagesAsync(
            (token, ct) => Audit.ListAnchorsAsync(
                new ListAnchorsRequest { Log = log, PageSize = NodeCalls.PageSize, PageToken = token }, cancellationToken: ct).ResponseAsync,
            page => (page.Anchors, page.NextPageToken),
            cancellationToken);

    /// <summary>The logs that the node holds: its own and its mirrors.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<LogInfo>> ListLogsAsync(CancellationToken cancellationToken)
        => (await ReadAsync(ct => Replication.ListLogsAsync(new ListLogsRequest(), cancellationToken: ct).ResponseAsync, cancellationToken)).Logs;

    /// <summary>The newest checkpoint of a log, a signed note, as the node keeps it; null when it has none.</summary>
    /// <param name="log">Origin of the log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<byte[]?> GetCheckpointAsync(string log, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadAsync(ct => Replication.GetCheckpointAsync(new GetCheckpointRequest { Log = log }, cancellationToken: ct).ResponseAsync, cancellationToken)).Note.ToByteArray();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>A hash tile of a log (C2SP tlog-tiles), 32 bytes for each hash, as the node gives it: prove what you compute with it.</summary>
    /// <param name="log">Origin of the log.</param>
    /// <param name="tile">The tile, no entry bundle.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ReadOnlyMemory<byte>> ReadTileAsync(string log, TileId tile, CancellationToken cancellationToken)
        => (await ReadAsync(ct => Replication.ReadTileAsync(new ReadTileRequest { Log = log, Path = tile.Path }, cancellationToken: ct).ResponseAsync, cancellationToken)).Tile.Memory;

    /// <summary>The entries of a proof file of a log, in their order.</summary>
    /// <param name="log">Origin of the log.</param>
    /// <param name="file">Which file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadProofsAsync(string log, ProofFile file, CancellationToken cancellationToken)
        => _calls.StreamAsync(ct => Replication.ReadProofs(new ReadProofsRequest { Log = log, File = file }, cancellationToken: ct), cancellationToken).Select(answer => answer.Entry.Memory);

    /// <summary>All alerts, the newest first.</summary>
    /// <param name="openOnly">Only those that are open.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Alert> ListAlertsAsync(bool openOnly, CancellationToken cancellationToken)
        => _calls.PagesAsync(
            (token, ct) => Monitor.ListAlertsAsync(
                new ListAlertsRequest { OpenOnly = openOnly, PageSize = NodeCalls.PageSize, PageToken = token }, cancellationToken: ct).ResponseAsync,
            page => (page.Alerts, page.NextPageToken),
            cancellationToken);

    /// <summary>Everything that an alert has found.</summary>
    /// <param name="alert">Name of the alert.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Finding> ListAlertFindingsAsync(string alert, CancellationToken cancellationToken)
        => _calls.PagesAsync(
            (token, ct) => Monitor.ListAlertFindingsAsync(
                new ListAlertFindingsRequest { Alert = alert, PageSize = NodeCalls.PageSize, PageToken = token }, cancellationToken: ct).ResponseAsync,
            page => (page.Findings, page.NextPageToken),
            cancellationToken);

    /// <summary>What happened to a record, or what a node sealed of what happened, oldest first.</summary>
    /// <param name="record">Number of the record; empty: all sealed events of a log.</param>
    /// <param name="log">Origin of that log; empty: the node's own.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Event> ListEventsAsync(string record, string log, CancellationToken cancellationToken)
        => _calls.StreamAsync(ct => Audit.ListEvents(new ListEventsRequest { Record = record, Log = log }, cancellationToken: ct), cancellationToken);

    /// <summary>The entries of a log in the order of their leaves, which are seals, as the node gives them: prove what you conclude from them.</summary>
    /// <param name="log">Origin of the log.</param>
    /// <param name="from">The first leaf.</param>
    /// <param name="to">The leaf behind the last one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadEntriesAsync(string log, ulong from, ulong to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var answer in _calls.StreamAsync(ct => Audit.ReadEntries(new ReadEntriesRequest { Log = log, From = from, To = to }, cancellationToken: ct), cancellationToken))
            foreach (var entry in answer.Entries) yield return entry.Memory;
    }

    /// <summary>The bytes of a part of a record as they come, without a second attempt.</summary>
    /// <param name="record">Number of the record.</param>
    /// <param name="part">Name of the part.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal IAsyncEnumerable<ReadOnlyMemory<byte>> ReadPartAsync(string record, string part, CancellationToken cancellationToken)
        => _calls.StreamAsync(ct => Archive.ReadContent(new ReadContentRequest { Record = record, Part = part }, cancellationToken: ct), cancellationToken).Select(answer => answer.Chunk.Memory);

    /// <summary>One record with its seal and description.</summary>
    /// <param name="record">Number of the record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Record> GetRecordAsync(string record, CancellationToken cancellationToken)
        => ReadAsync(ct => Archive.GetRecordAsync(new GetRecordRequest { Record = record }, cancellationToken: ct).ResponseAsync, cancellationToken);

    /// <summary>Copies a part of a record. After a broken connection it goes on where it stopped.</summary>
    /// <param name="record">Number of the record.</param>
    /// <param name="part">Name of the part; empty: the first file.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ReadContentAsync(string record, string part, Stream destination, CancellationToken cancellationToken)
        => _calls.DownloadAsync(
            (offset, ct) => Archive.ReadContent(new ReadContentRequest { Record = record, Part = part, Offset = offset }, cancellationToken: ct),
            response => response.Chunk, resumable: true, destination, cancellationToken);

    /// <summary>Copies the evidence package of a record, a zip file.</summary>
    /// <param name="record">Number of the record.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task DownloadPackageAsync(string record, Stream destination, CancellationToken cancellationToken)
        => DownloadPackageAsync(new GetEvidencePackageRequest { Records = { record } }, destination, null, cancellationToken);

    /// <summary>Copies an evidence package, a zip file.</summary>
    /// <param name="request">What it is to hold.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="progress">Hears how far it is, with each piece.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task DownloadPackageAsync(GetEvidencePackageRequest request, Stream destination, Action<GetEvidencePackageResponse>? progress, CancellationToken cancellationToken)
        => _calls.DownloadAsync(
            (_, ct) => Verification.GetEvidencePackage(request, cancellationToken: ct),
            response =>
            {
                progress?.Invoke(response);
                return response.Chunk;
            }, resumable: false, destination, cancellationToken);

    /// <summary>Has the node check a record again, byte for byte.</summary>
    /// <param name="record">Number of the record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CoreVerdict> VerifyRecordAsync(string record, CancellationToken cancellationToken)
    {
        var request = new VerifyRecordRequest { Record = record };
        var verdict = await ReadAsync(ct => Verification.VerifyRecordAsync(request, cancellationToken: ct).ResponseAsync, cancellationToken);
        return verdict.ToCore();
    }

    /// <summary>Has the node check every record that holds a content part with this digest.</summary>
    /// <param name="sha256">Digest of the content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A verdict for each; empty when no record holds it.</returns>
    public async Task<IReadOnlyList<CoreVerdict>> VerifyDigestAsync(Digest sha256, CancellationToken cancellationToken)
    {
        var request = new VerifyDigestRequest { Sha256 = Google.Protobuf.ByteString.CopyFrom(sha256.ToArray()) };
        var response = await ReadAsync(ct => Verification.VerifyDigestAsync(request, cancellationToken: ct).ResponseAsync, cancellationToken);
        return [.. response.Verdicts.Select(verdict => verdict.ToCore())];
    }

    /// <summary>Makes a call that changes nothing; it is repeated while the node cannot be reached, as often as the options say.</summary>
    /// <param name="read">Starts the call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        => _calls.ReadAsync(read, cancellationToken);

    private async Task<ArchiveResponse> ArchiveWholeAsync(RecordDraft draft, IProgress<long>? bytesSent, CancellationToken ct)
    {
        var size = SmallRecord.SizeOf(draft)!.Value;
        var space = ArrayPool<byte>.Shared.Rent(size + 1);
        try
        {
            var receipt = await Archive.ArchiveRecordAsync(await SmallRecord.ReadAsync(draft, space, ct), cancellationToken: ct);
            bytesSent?.Report(size);
            return receipt;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(space);
        }
    }

    /// <summary>Ends all calls and closes the connections.</summary>
    public void Dispose() => _channel.Dispose();

    /// <summary>Ends all calls and closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
