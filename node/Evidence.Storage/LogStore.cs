using System.Globalization;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Index;
using Evidence.Storage.Proofs;
using Evidence.Storage.Recovery;
using Evidence.Storage.Tree;
using Evidence.Storage.Volumes;
using Microsoft.Extensions.Logging;

namespace Evidence.Storage;

/// <summary>One log on disk, the node's own or a mirror: volumes, tiles, checkpoint, proof files, index.</summary>
public sealed partial class LogStore : IAsyncDisposable
{
    private readonly SemaphoreSlim _publishing = new(1);
    private readonly List<Finding> _openFindings = [];
    private AuthenticTiles? _authentic;
    private volatile LogKeyHistory _keys;

    private LogStore(LogFolder files, LogKeyHistory keys, LogStoreOptions options, TimeProvider time, ILogger logger)
    {
        (Files, _keys, Options, Time, Logger) = (files, keys, options, time, logger);
        TileFiles = new TileFiles(files.Root, options.Medium);
        Tree = new LogTree(TileFiles, BulkSha256.Framework);
        Published = new CheckpointFile(files.Checkpoint, options.Medium, TileFiles, Tree);
        Quarantine = new Quarantine(files.Quarantine, options.Medium, time);
        Room = new FreeRoom(files.Root, options, time);
        Anchors = ProofFile.Open(files.Anchors, options.Medium, time);
        Cosignatures = ProofFile.Open(files.Cosignatures, options.Medium, time);
    }

    /// <summary>The log's folder.</summary>
    public string Folder => Files.Root;

    /// <summary>The log's name.</summary>
    public string Origin => Keys.Origin;

    /// <summary>The log's keys, the first and those that followed it.</summary>
    public LogKeyHistory Keys => _keys;

    /// <summary>What opening found wrong or had to rebuild; empty after a clean start. The monitor raises alerts from it.</summary>
    public IReadOnlyList<Finding> OpenFindings => _openFindings;

    /// <summary>Why nothing may be appended to the own log now (behind its own checkpoint, a failed sync), or null.</summary>
    public string? AppendRefusal => Failure ?? Behind;

    /// <summary>Whether that is because the medium took a write or sync no more, and not because the log is not whole.</summary>
    public bool HasFailed => Failure is not null;

    /// <summary>Bytes that are free on the log's disk.</summary>
    public long FreeBytes => Medium.FreeBytes(Folder);

    /// <summary>Bytes that must be free for a record to be taken.</summary>
    public long ReserveBytes => Options.ReserveBytes;

    /// <summary>Holds what is free on the disk to what is kept free.</summary>
    /// <param name="bytes">Bytes that are to be written beyond that.</param>
    /// <exception cref="StorageFullException">There is no room for them.</exception>
    public void CheckRoom(long bytes)
    {
        if (ReserveBytes > 0 && !Room.Holds(bytes))
            throw new StorageFullException(string.Create(CultureInfo.InvariantCulture, $"The disk of {Folder} has {FreeBytes} bytes free; {bytes} are to be written, and {ReserveBytes} are kept free. Make room; it is gone on with by itself then."));
    }

    /// <summary>Leaves in the tree; all of them are durable.</summary>
    public ulong Size => Tree.Size;

    /// <summary>Root of the tree of <see cref="Size"/> leaves.</summary>
    public Digest Root => Tree.Root;

    /// <summary>The checkpoint that was published last, or null.</summary>
    public SignedNote? Checkpoint => Published.Current?.Note;

    /// <summary>Volumes by number.</summary>
    public IReadOnlyList<VolumeState> Volumes => VolumeSet.All;

    /// <summary>proofs/anchors.log: what was captured at each anchoring.</summary>
    public ProofFile Anchors { get; }

    /// <summary>proofs/cosignatures.log: cosigned checkpoints.</summary>
    public ProofFile Cosignatures { get; }

    internal LogFolder Files { get; }

    internal LogStoreOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal IMedium Medium => Options.Medium;

    internal VolumeSet VolumeSet { get; } = new();

    internal TileFiles TileFiles { get; }

    internal LogTree Tree { get; }

    internal CheckpointFile Published { get; }

    internal Quarantine Quarantine { get; }

    internal FreeRoom Room { get; }

    internal RecordIndex Index { get; private set; } = null!;

    /// <summary>Held by whoever changes volumes, index or tree.</summary>
    internal SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Held by whoever closes a volume, or replaces bytes of one. Taken before <see cref="Gate"/>.</summary>
    internal SemaphoreSlim Closing { get; } = new(1);

    /// <summary>Grows when others than the appender have changed volumes or index, so that it looks again. Changed under <see cref="Gate"/>.</summary>
    internal int Changes { get; set; }

    /// <summary>A write or sync failed: the text of every refusal from then on.</summary>
    internal string? Failure { get; set; }

    /// <summary>The log is behind its own checkpoint.</summary>
    internal string? Behind { get; set; }

    /// <summary>
    /// Opens or creates the log in <paramref name="folder"/> and brings it into step with its volumes: the torn end of the open volume is cut off, records beyond the index and the tree are checked and taken in, a missing or unreadable index is rebuilt.
    /// No complete durable record is ever lost. What was found is in <see cref="OpenFindings"/>.
    /// </summary>
    /// <exception cref="StorageException">The folder holds another log.</exception>
    /// <exception cref="StorageFullException">There is no room to open it; nothing was changed.</exception>
    public static async Task<LogStore> OpenAsync(string folder, string origin, LogKeyHistory keys, LogStoreOptions options, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        if (origin != keys.Origin) throw new ArgumentException($"The keys are those of the log {keys.Origin}, not of {origin}.", nameof(keys));
        var files = new LogFolder(folder);
        var held = files.Open(options.Medium, keys);
        var store = new LogStore(files, held ?? keys, options, time, logger);
        try
        {
            if (held is null) store.RestoreIdentity();
            store.Published.Load(LogRecovery.LoadCheckpoint(store));
            await store.RecoverAsync(ct);
            return store;
        }
        catch (LevelDb.LevelDbException e) when (e.IsDiskFull)
        {
            await store.DisposeAsync();
            throw new StorageFullException($"There is no room left for the index of {origin} in {files.Index}, so the log cannot be opened. Nothing is lost and nothing was changed; make room and start again.", e);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    // Damage in a table of the index may show only when it is read.
    private async Task RecoverAsync(CancellationToken ct)
    {
        (Index, var rebuild) = IndexOpening.Open(this);
        try
        {
            await new LogRecovery(this).RunAsync(rebuild, ct);
        }
        catch (LevelDb.LevelDbException e) when (!rebuild && !e.IsDiskFull)
        {
            Index.Dispose();
            Index = IndexOpening.MakeAnew(this, e);
            VolumeSet.Clear();
            Tree.Load(0);
            await new LogRecovery(this).RunAsync(rebuildIndex: true, ct);
        }
    }

    // The caller knows whose log it is, and the folder's name says it too: nothing rests on the file.
    private void RestoreIdentity()
    {
        var finding = new Finding(FindingCodes.VolumeUnreadable, Severity.Error, Layer.Storage, "log.json", "log.json did not say whose log this is; it was written anew.");
        Report(finding);
        Quarantine.Move("log.json", Files.Identity, FindingText.Of(finding)); // a crash after this: it is missing, and made anew
        Files.WriteIdentity(Medium, Keys);
    }

    /// <summary>Name of a log's folder: the origin with every character outside [A-Za-z0-9.-] as '_', a hyphen, and the first 8 hex digits of the log's id.</summary>
    public static string FolderName(VerifierKey key) =>
        $"{string.Concat(key.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))}-{key.LogId.ToString()[..8]}";

    /// <summary>The nodes of the tree of the first <paramref name="size"/> leaves, for proofs. Not for several threads at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The log is smaller.</exception>
    public INodeSource Nodes(ulong size) => Tree.Nodes(size);

    /// <summary>The leaf hash at an index, from the tiles.</summary>
    /// <exception cref="MissingNodeException">The tile is missing or too short, or the log is smaller.</exception>
    public Digest LeafHash(ulong leaf) => Tree.Nodes(Size).Node(0, leaf);

    /// <summary>The leaf hash at an index, out of tiles that are held to the right edge in memory; null when the log is smaller, or when a tile on the way is missing or wrong. For walks.</summary>
    public Digest? LeafHashOrNull(ulong leaf)
    {
        var authentic = _authentic ??= new AuthenticTiles(Tree);
        lock (authentic) return authentic.LeafHash(leaf);
    }

    /// <summary>Root of the tree of the first <paramref name="size"/> leaves.</summary>
    /// <exception cref="MissingNodeException">A tile is missing or too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The log is smaller.</exception>
    public Digest RootAt(ulong size) => Tree.RootAt(size);

    /// <summary>The bytes of a live tile or entry bundle of the tree of <see cref="Size"/> leaves, or of an earlier size: the right edge from memory, full ones from their files.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    public ReadOnlyMemory<byte> ReadTile(TileId tile) => Tree.Read(tile);

    /// <summary>Signs the tree as it is now and writes partial tiles and checkpoint, durably (own log). Without new leaves the checkpoint stays.</summary>
    /// <exception cref="LogBehindException">The tree does not extend the published checkpoint.</exception>
    /// <exception cref="InvalidOperationException">The signer's key is not the one that signs now.</exception>
    public async Task<SignedNote> PublishAsync(LogSigner signer, CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            var size = Size;
            if (!Keys.Current.Equals(signer.Key)) throw new InvalidOperationException($"The key {signer.Key} does not sign for {Origin} now; {Keys.Current} does.");
            if (Behind is not null) throw new LogBehindException(Behind);
            if (Published.Current is { } current && current.Checkpoint.Size >= size) return current.Note;
            var checkpoint = new Checkpoint(Origin, size, Tree.PlainRootAt(size));
            Published.Publish(new Published(checkpoint.SignedBy(signer), checkpoint));
            return Published.Current!.Note;
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>Writes partial tiles and a peer's checkpoint, durably (mirror). It is compared with the tree first.</summary>
    /// <exception cref="UnprovenBytesException">The checkpoint is not signed by the log, is of another root than the tree at its size, is beyond the tree, or is older than the published one.</exception>
    public async Task PublishAsync(SignedNote checkpointOfPeer, CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            var next = PeerCheckpoint.Accept(this, checkpointOfPeer);
            if (Published.Current?.Note.Encode() != checkpointOfPeer.Encode()) Published.Publish(next);
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>Takes over, durably, how the log's key was handed on since (mirror). What is known already changes nothing.</summary>
    /// <exception cref="UnprovenBytesException">The history is not the one that is known and more, or a rotation is not one of this tree.</exception>
    public async Task FollowAsync(LogKeyHistory keys, CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            if (Keys.Extends(keys)) return;
            PeerRotation.Check(this, keys);
            Files.WriteIdentity(Medium, keys); // a crash before this: the keys as they were, and the peer states the new ones again
            _keys = keys;
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>Where a record lies, or null.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public Place? Find(RecordId record) => Index.Find(record);

    /// <summary>What lies at a leaf, or null. Also knows leaves that wait for their predecessors.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public IndexedLeaf? FindLeaf(ulong leaf) => Index.FindLeaf(leaf);

    /// <summary>The leaf of a seal by the SHA-256 of its bytes, or null.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public ulong? FindSeal(Digest sealSha256) => Index.FindSeal(sealSha256);

    /// <summary>The records that have a content part with this SHA-256, at most <paramref name="limit"/>.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public IReadOnlyList<RecordId> FindContent(Digest sha256, int limit = 100) => Index.FindContent(sha256, limit);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        ((IDisposable?)Index)?.Dispose();
        Anchors.Dispose();
        Cosignatures.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Notes that a write or sync failed: nobody knows what is on the medium, so nothing is appended before the log is opened again.</summary>
    /// <returns>What everybody is told from now on.</returns>
    internal string Fail(string reason)
    {
        Failure = $"{reason} What is on the medium is not known, so nothing is appended until the node is started again.";
        StorageLog.Failed(Logger, Origin, reason);
        return Failure;
    }

    /// <summary>LevelDB refuses every write after a failed one, until it is opened again.</summary>
    internal void ReopenIndexAfterFailure()
    {
        try
        {
            Index.Reopen();
        }
        catch (Exception e) when (e is LevelDb.LevelDbException or IOException or StorageException)
        {
            Fail($"The index of {Origin} could not be opened again: {e.Message}");
        }
    }

    internal void Report(Finding finding)
    {
        if (_openFindings.Contains(finding)) return;
        _openFindings.Add(finding);
        StorageLog.OpenFinding(Logger, Origin, finding.Code, finding.Subject, finding.Message);
    }
}
