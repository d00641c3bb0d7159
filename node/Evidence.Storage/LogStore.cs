using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage.Proofs;
using Evidence.Storage.Volumes;
using Microsoft.Extensions.Logging;

namespace Evidence.Storage;

/// <summary>One log on disk, the node's own or a mirror: volumes, tiles, checkpoint, proof files, index.</summary>
public sealed class LogStore : IAsyncDisposable
{
    /// <summary>
    /// Opens or creates the log in <paramref name="folder"/> and brings it into step with its volumes: the torn end of the open volume is cut off, records beyond the index and the tree are checked and taken in, a missing or unreadable index is rebuilt.
    /// No complete durable record is ever lost. What was found is in <see cref="OpenFindings"/>.
    /// </summary>
    /// <exception cref="StorageException">The folder holds another log.</exception>
    public static Task<LogStore> OpenAsync(string folder, string origin, VerifierKey key, LogStoreOptions options, TimeProvider time, ILogger logger, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Name of a log's folder: the origin with every character outside [A-Za-z0-9.-] as '_', a hyphen, and the first 8 hex digits of the log's id.</summary>
    public static string FolderName(VerifierKey key) => throw new NotImplementedException();

    /// <summary>The log's folder.</summary>
    public string Folder => throw new NotImplementedException();

    /// <summary>The log's name.</summary>
    public string Origin => throw new NotImplementedException();

    /// <summary>The log's key.</summary>
    public VerifierKey Key => throw new NotImplementedException();

    /// <summary>What opening found wrong or had to rebuild; empty after a clean start. The monitor raises alerts from it.</summary>
    public IReadOnlyList<Finding> OpenFindings => throw new NotImplementedException();

    /// <summary>Why nothing may be appended now (behind its own checkpoint, a failed sync), or null.</summary>
    public string? AppendRefusal => throw new NotImplementedException();

    /// <summary>Leaves in the tree; all of them are durable.</summary>
    public ulong Size => throw new NotImplementedException();

    /// <summary>Root of the tree of <see cref="Size"/> leaves.</summary>
    public Digest Root => throw new NotImplementedException();

    /// <summary>The checkpoint that was published last, or null.</summary>
    public SignedNote? Checkpoint => throw new NotImplementedException();

    /// <summary>Volumes by number.</summary>
    public IReadOnlyList<VolumeState> Volumes => throw new NotImplementedException();

    /// <summary>proofs/anchors.log: what was captured at each anchoring.</summary>
    public ProofFile Anchors => throw new NotImplementedException();

    /// <summary>proofs/cosignatures.log: cosigned checkpoints.</summary>
    public ProofFile Cosignatures => throw new NotImplementedException();

    /// <summary>The nodes of the tree of the first <paramref name="size"/> leaves, for proofs. Not for several threads at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The log is smaller.</exception>
    public INodeSource Nodes(ulong size) => throw new NotImplementedException();

    /// <summary>The leaf hash at an index, from the tiles.</summary>
    /// <exception cref="MissingNodeException">The tile is missing or too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The log is smaller.</exception>
    public Digest LeafHash(ulong leaf) => throw new NotImplementedException();

    /// <summary>Root of the tree of the first <paramref name="size"/> leaves.</summary>
    /// <exception cref="MissingNodeException">A tile is missing or too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The log is smaller.</exception>
    public Digest RootAt(ulong size) => throw new NotImplementedException();

    /// <summary>The bytes of a live tile or entry bundle of the tree of <see cref="Size"/> leaves, or of an earlier size: the right edge from memory, full ones from their files.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    public ReadOnlyMemory<byte> ReadTile(TileId tile) => throw new NotImplementedException();

    /// <summary>Signs the tree as it is now and writes partial tiles and checkpoint, durably (own log). Without new leaves the checkpoint stays.</summary>
    /// <exception cref="LogBehindException">The tree does not extend the published checkpoint.</exception>
    public Task<SignedNote> PublishAsync(LogSigner signer, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Writes partial tiles and a peer's checkpoint, durably (mirror). It is compared with the tree first.</summary>
    /// <exception cref="UnprovenBytesException">The checkpoint is not signed by the log, is of another root than the tree at its size, is beyond the tree, or is older than the published one.</exception>
    public Task PublishAsync(SignedNote checkpointOfPeer, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Where a record lies, or null.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public Place? Find(RecordId record) => throw new NotImplementedException();

    /// <summary>What lies at a leaf, or null. Also knows leaves that wait for their predecessors.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public IndexedLeaf? FindLeaf(ulong leaf) => throw new NotImplementedException();

    /// <summary>The leaf of a seal by the SHA-256 of its bytes, or null.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public ulong? FindSeal(Digest sealSha256) => throw new NotImplementedException();

    /// <summary>The records that have a content part with this SHA-256, at most <paramref name="limit"/>.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public IReadOnlyList<RecordId> FindContent(Digest sha256, int limit = 100) => throw new NotImplementedException();

    /// <summary>Reads a record's seal and headers, or null when the index does not know it.</summary>
    public Task<StoredRecord?> ReadRecordAsync(RecordId record, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Reads the seal and the headers of the record at a place.</summary>
    /// <exception cref="IOException">The volume is missing or cannot be read there.</exception>
    public Task<StoredRecord> ReadRecordAsync(Place place, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>A part's bytes as they are now, without checking them; a seekable stream that reads as it is read.</summary>
    /// <exception cref="IOException">The volume is missing.</exception>
    public Stream OpenPart(Place place, StoredMember member) => throw new NotImplementedException();

    /// <summary>As the other overload, by name.</summary>
    /// <exception cref="FileNotFoundException">The record has no such part.</exception>
    public Stream OpenPart(Place place, string name) => throw new NotImplementedException();

    /// <summary>Copies a range of a part.</summary>
    public Task CopyPartAsync(Place place, string name, long offset, long length, Stream destination, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Durable bytes of a volume: never beyond the last whole record. Length 0 means to the end.</summary>
    /// <exception cref="FileNotFoundException">There is no such volume.</exception>
    public Stream ReadVolume(uint volume, long offset, long length) => throw new NotImplementedException();

    /// <summary>A volume's file to walk it, up to its durable length and, when it is closed, whatever else the file has; past the page cache where <paramref name="fromMedium"/> asks for it and the file system can.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    public VolumeFileSource OpenVolume(uint volume, bool fromMedium) => throw new NotImplementedException();

    /// <summary>Compares index and volumes in both directions as of one moment: entries that are missing, changed, unexpected or unreadable. Call <see cref="ReopenIndex"/> before, so that the files are read again.</summary>
    public IAsyncEnumerable<Finding> CompareIndexAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Compares the live tiles, entry bundles and the checkpoint on disk with the seals in the volumes: changed, missing, unreadable, unexpected.</summary>
    public IAsyncEnumerable<Finding> CompareTilesAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Closes and opens the index: its log, manifest and tables are read again, with every checksum.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be opened: rebuild it.</exception>
    public void ReopenIndex() => throw new NotImplementedException();

    /// <summary>Makes the index anew from the volumes; the old one goes into quarantine.</summary>
    public Task RebuildIndexAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Writes every tile and bundle that is missing or wrong anew from the seals in the volumes, and the checkpoint file from memory; wrong files go into quarantine.</summary>
    /// <exception cref="StorageException">The seals do not give the published checkpoint's root: the volumes must be repaired first. Nothing was written.</exception>
    public Task RebuildTilesAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Puts proven bytes in the place of damaged ones, which go into quarantine first, and drops the range from the page cache. The caller has proven the bytes.</summary>
    /// <param name="volume">Number of the volume.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="bytes">The proven bytes; the range must end within the volume's durable length.</param>
    /// <param name="findingJson">What was wrong, kept beside the damaged bytes.</param>
    /// <param name="ct">Gives up before anything is overwritten.</param>
    public Task RewriteAsync(uint volume, long offset, ReadOnlyMemory<byte> bytes, string findingJson, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Puts a whole volume in the place of one that is missing, truncated or damaged. The bytes are walked against the tree before they count; then index and tree take in what they lacked.</summary>
    /// <exception cref="UnprovenBytesException">The bytes do not prove.</exception>
    public Task RestoreVolumeAsync(uint volume, Stream bytes, string findingJson, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
