using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Storage.Tree;

namespace Evidence.Storage.Backups;

/// <summary>A log as its files have it at one moment, whether a node writes on or not: everything below its checkpoint is on the disk and stays.</summary>
internal sealed class SourceLog
{
    private readonly LogFolder _files;
    private readonly TileNodeSource _nodes;

    private SourceLog(LogFolder files, LogKeyHistory keys, Published published, long anchors, long cosignatures)
    {
        (_files, Keys, Published, AnchorsLength, CosignaturesLength) = (files, keys, published, anchors, cosignatures);
        _nodes = new TileNodeSource(Size, tile => ReadTile(tile));
    }

    /// <summary>Its keys.</summary>
    internal LogKeyHistory Keys { get; }

    /// <summary>Its checkpoint: what is copied ends there.</summary>
    internal Published Published { get; }

    internal ulong Size => Published.Checkpoint.Size;

    internal string Folder => _files.Root;

    internal string Name => Path.GetFileName(_files.Root);

    internal LogFolder Files => _files;

    /// <summary>Bytes of anchors.log before the checkpoint was read: what stands there is of no larger tree.</summary>
    internal long AnchorsLength { get; }

    /// <summary>Bytes of cosignatures.log before the checkpoint was read.</summary>
    internal long CosignaturesLength { get; }

    /// <summary>Reads where a log is now; null when it has no checkpoint yet.</summary>
    /// <exception cref="StorageException">Its keys, its checkpoint or its tiles cannot be used.</exception>
    internal static SourceLog? Open(string folder)
    {
        var files = new LogFolder(folder);
        var (anchors, cosignatures) = (LengthOf(files.Anchors), LengthOf(files.Cosignatures));
        try
        {
            // The keys first would miss a rotation in between.
            if (!File.Exists(files.Checkpoint)) return null;
            var note = SignedNote.Parse(File.ReadAllBytes(files.Checkpoint));
            var keys = LogIdentity.Parse(File.ReadAllBytes(files.Identity));
            var checkpoint = Checkpoint.Parse(note.Text);
            if (checkpoint.Origin != keys.Origin || keys.SignerOf(note, checkpoint.Size) is null) throw new FormatException("the checkpoint is not signed by the log.");
            var log = new SourceLog(files, keys, new Published(note, checkpoint), anchors, cosignatures);
            return log.RootAt(log.Size) == checkpoint.Root ? log : throw new StorageException($"The tiles of {keys.Origin} do not give the root of its checkpoint. Nothing was copied; have them repaired first (a sweep, or `evidence node reindex`).");
        }
        catch (FormatException e)
        {
            throw new StorageException($"The log in {folder} cannot be backed up: {e.Message} Have it repaired first (a sweep, or `evidence node reindex`).", e);
        }
    }

    /// <summary>Root of the tree of the first so many leaves, by the tiles.</summary>
    /// <exception cref="StorageException">A tile is missing or too short.</exception>
    internal Digest RootAt(ulong size) => Proven(() => TreeRoot.At(size, _nodes));

    /// <summary>The leaf hash at an index; null beyond the checkpoint.</summary>
    /// <exception cref="StorageException">A tile is missing or too short.</exception>
    internal Digest? LeafHash(ulong leaf) => leaf < Size ? Proven(() => _nodes.Node(0, leaf)) : null;

    /// <summary>A node of the tree by the tile above it.</summary>
    internal Digest Node(int level, ulong index) => Proven(() => _nodes.Node(level, index));

    /// <summary>The bytes of a tile of the checkpoint's tree. A partial one may have grown meanwhile, or have become a full one.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    internal ReadOnlyMemory<byte> ReadTile(TileId tile)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return File.ReadAllBytes(PathNow(tile)).AsMemory(0, tile.Width * Digest.Size);
            }
            catch (IOException) when (attempt < 10)
            {
                // Replaced by a wider one between looking and reading.
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new FileNotFoundException($"The tile {tile.Path} is shorter than it must be.");
            }
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private string PathNow(TileId tile)
    {
        var exact = Path.Combine(_files.Root, tile.Path);
        if (File.Exists(exact) || !tile.IsPartial) return exact;
        var wider = Directory.Exists(Path.GetDirectoryName(exact)) ? Directory.EnumerateFiles(Path.GetDirectoryName(exact)!).FirstOrDefault(path => int.TryParse(Path.GetFileName(path), out var width) && width > tile.Width) : null;
        return wider ?? Path.Combine(_files.Root, tile.Full.Path);
    }

    private T Proven<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is MissingNodeException or IOException)
        {
            throw new StorageException($"The tiles of {Keys.Origin} cannot be read: {e.Message} Have them repaired first (a sweep, or `evidence node reindex`).", e);
        }
    }
}
