using System.Globalization;
using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage.Appending;

namespace Evidence.Storage;

/// <summary>A record while it is received: hashed as it comes, kept in memory while small, in the staging folder when large. Used by one caller at a time; disposal throws away what was not appended.</summary>
public sealed class StagedRecord : IAsyncDisposable
{
    private const long SyncEvery = 64L << 20;

    private readonly LogStoreOptions _options;
    private readonly string _stagingFolder;
    private readonly List<StoredPart> _parts = [];
    private readonly List<PartBuffer> _buffers = [];
    private (string Name, long Announced)? _current;
    private Task _syncing = Task.CompletedTask;
    private long _buffered;
    private long _synced;

    internal StagedRecord(RecordId id, LogStoreOptions options, string stagingFolder) => (Id, _options, _stagingFolder) = (id, options, stagingFolder);

    /// <summary>The record's number.</summary>
    public RecordId Id { get; }

    /// <summary>The parts that have ended, in the order in which they began. The seal must list them in this order.</summary>
    public IReadOnlyList<StoredPart> Parts => _parts;

    /// <summary>The file that the record has outgrown memory into, or null.</summary>
    internal StagedFile? File { get; private set; }

    /// <summary>Begins a part.</summary>
    /// <param name="name">Member name: the role's letter (c, s, k, t, m) and four digits.</param>
    /// <param name="role">What the part is.</param>
    /// <param name="sizeHint">Its size in bytes where it is known, else 0. A part over 8 GiB must be announced.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">The name does not fit the role, or was used before.</exception>
    /// <exception cref="InvalidOperationException">The part before has not ended.</exception>
    public async ValueTask BeginPartAsync(string name, PartRole role, long sizeHint, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        CheckName(name, role);
        _current = (name, Math.Max(sizeHint, 0));
        if (File is null && _buffered + sizeHint > _options.BufferBytes) await SpillAsync();
        if (File is null) _buffers.Add(new PartBuffer());
        else File.Begin(sizeHint);
    }

    /// <summary>Adds bytes to the part.</summary>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var (_, announced) = _current ?? throw new InvalidOperationException("No part has begun.");
        if (File is null && _buffered + bytes.Length > _options.BufferBytes) await SpillAsync();
        if (File is { } file)
        {
            await file.WriteAsync(bytes, ct);
            SyncNowAndThen(file);
            return;
        }

        _buffers[^1].Add(bytes.Span, announced - _buffers[^1].Size);
        _buffered += bytes.Length;
    }

    /// <summary>Ends the part: its size and SHA-256.</summary>
    /// <exception cref="ArgumentException">The part is over 8 GiB and was not announced.</exception>
    public async ValueTask<StoredPart> EndPartAsync()
    {
        var (name, _) = _current ?? throw new InvalidOperationException("No part has begun.");
        var part = File is { } file
            ? new StoredPart(name, file.Size, await file.EndAsync())
            : new StoredPart(name, _buffers[^1].Size, _buffers[^1].Hash());
        _parts.Add(part);
        _current = null;
        return part;
    }

    /// <summary>Adds a whole part: its size and SHA-256. The bytes are not copied; they must stay as they are until the record is appended, or thrown away.</summary>
    /// <exception cref="ArgumentException">The name does not fit the role, or was used before.</exception>
    /// <exception cref="InvalidOperationException">The part before has not ended.</exception>
    /// <exception cref="StorageFullException">The record had to be staged, and the disk is full.</exception>
    public async ValueTask<StoredPart> AddPartAsync(string name, PartRole role, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        CheckName(name, role);
        _current = (name, bytes.Length);
        if (File is null && _buffered + bytes.Length > _options.BufferBytes) await SpillAsync();
        if (File is { } file)
        {
            file.Begin(bytes.Length);
            await file.WriteAsync(bytes, ct);
        }
        else
        {
            _buffers.Add(new PartBuffer(bytes));
            _buffered += bytes.Length;
        }

        return await EndPartAsync();
    }

    /// <summary>Hashes a part that has ended once more, by another algorithm: for signatures that do not use SHA-256.</summary>
    /// <exception cref="ArgumentException">No part of that name has ended.</exception>
    public byte[] HashPart(string name, HashAlgorithmName algorithm)
    {
        var index = _parts.FindIndex(p => p.Name == name);
        if (index < 0) throw new ArgumentException($"No part {name} has ended.", nameof(name));
        using var hash = IncrementalHash.CreateHash(algorithm);
        if (File is { } file) file.AppendTo(hash, index);
        else _buffers[index].AppendTo(hash);
        return hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
        _buffers.Clear();
        await _syncing;
        if (File is not null) await File.DisposeAsync();
        File = null;
    }

    /// <summary>The bytes of a part that is in memory, by its place among the parts.</summary>
    internal PartBuffer Buffered(int part) => _buffers[part];

    // All that has come so far goes into the file, as it would lie there had it been written to it at once.
    private async ValueTask SpillAsync()
    {
        var file = File = new StagedFile(_options, _stagingFolder, Id);
        for (var i = 0; i < _buffers.Count; i++)
        {
            var ended = i < _parts.Count;
            file.Begin(ended ? _parts[i].Size : _current!.Value.Announced);
            for (var piece = 0; piece < _buffers[i].Pieces; piece++) await file.WriteAsync(_buffers[i].Piece(piece), CancellationToken.None);
            if (ended) await file.EndAsync();
            _buffers[i].Dispose();
        }

        _buffers.Clear();
    }

    private void CheckName(string name, PartRole role)
    {
        if (_current is { } current) throw new InvalidOperationException($"The part {current.Name} has not ended.");
        if (!FitsRole(name, role)) throw new ArgumentException($"'{name}' is no name of a {role} part: the role's letter and four digits.", nameof(name));
        foreach (var part in _parts)
            if (part.Name == name) throw new ArgumentException($"There is a part {name} already.", nameof(name));
    }

    // Beside the receiving, so that the last sync has little to do.
    private void SyncNowAndThen(StagedFile file)
    {
        if (file.Length - _synced < SyncEvery || !_syncing.IsCompleted) return;
        _synced = file.Length;
        file.CheckRoom(0);
        _syncing = SyncAsync(file);
    }

    // What went wrong is told by the file at the next write.
    private static async Task SyncAsync(StagedFile file)
    {
        try
        {
            await file.SyncAsync();
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
        }
    }

    private static bool FitsRole(string name, PartRole role) =>
        name.Length == 5 && name[0] == role switch
        {
            PartRole.Content => 'c',
            PartRole.Signature => 's',
            PartRole.Certificates => 'k',
            PartRole.Timestamp => 't',
            _ => 'm',
        }
        && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
}
