using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage.Appending;
using Evidence.Storage.Uploads;

namespace Evidence.Storage;

/// <summary>A record while it is received: hashed as it comes, kept in memory while small, in the staging folder when large. Used by one caller at a time; disposal throws away what was not appended.</summary>
public sealed class StagedRecord : IAsyncDisposable
{
    private readonly LogStoreOptions _options;
    private readonly string _stagingFolder;
    private readonly UploadJournal? _journal;
    private readonly MemoryBudget? _memory;
    private readonly List<StoredPart> _parts = [];
    private readonly List<ReachedPoint> _reached = [];
    private readonly List<PartBuffer> _buffers = [];
    private (string Name, long Announced)? _current;
    private Task _syncing = Task.CompletedTask;
    private long _buffered;
    private long _taken;
    private long _synced;

    internal StagedRecord(RecordId id, LogStoreOptions options, string stagingFolder, UploadJournal? journal = null, MemoryBudget? memory = null)
    {
        (Id, _options, _stagingFolder, _journal, _memory) = (id, options, stagingFolder, journal, memory);
        if (journal is not null) File = new StagedFile(options, stagingFolder, id, keep: true);
    }

    /// <summary>The record's number.</summary>
    public RecordId Id { get; }

    /// <summary>The parts that have ended, in the order in which they began. The seal must list them in this order.</summary>
    public IReadOnlyList<StoredPart> Parts => _parts;

    /// <summary>Whether it is in the staging folder, not in memory.</summary>
    public bool IsOnDisk => File is not null;

    /// <summary>The file that the record has outgrown memory into, or null.</summary>
    internal StagedFile? File { get; private set; }

    /// <summary>Begins a part.</summary>
    /// <param name="name">Member name: the role's letter (c, s, k, t, m) and four digits.</param>
    /// <param name="role">What the part is.</param>
    /// <param name="sizeHint">Its size in bytes where it is known, else 0. A part over 8 GiB must be announced.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="label">What an upload that is resumed should know of it.</param>
    /// <exception cref="ArgumentException">The name does not fit the role, or was used before.</exception>
    /// <exception cref="InvalidOperationException">The part before has not ended.</exception>
    /// <exception cref="StorageFullException">There is no room for a part of that size.</exception>
    public async ValueTask BeginPartAsync(string name, PartRole role, long sizeHint, CancellationToken ct, JsonObject? label = null)
    {
        ct.ThrowIfCancellationRequested();
        CheckName(name, role);
        if (File is null && _buffered + sizeHint > _options.BufferBytes) await SpillAsync();
        if (File is null) _buffers.Add(new PartBuffer());
        else File.Begin(sizeHint);
        _current = (name, Math.Max(sizeHint, 0));
        _journal?.Begin(name, role, _current.Value.Announced, label ?? []);
    }

    /// <summary>Adds bytes to the part.</summary>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var (_, announced) = _current ?? throw new InvalidOperationException("No part has begun.");
        if (File is null && (_buffered + bytes.Length > _options.BufferBytes || !TryTake(bytes.Length))) await SpillAsync();
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
        if (_journal is not null) _reached.Add(new ReachedPoint(_parts.Count, part.Size, part.Sha256, true));
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

    /// <summary>Reads a small part of an upload back, as far as it has come.</summary>
    /// <param name="part">Its place among the parts, from 0.</param>
    public byte[] ReadBack(int part)
    {
        using var copy = new MemoryStream();
        foreach (var piece in File!.Read(part)) copy.Write(piece.Span);
        return copy.ToArray();
    }

    /// <summary>Has all that came of an upload so far last: a resumption goes on from here, also after a power cut.</summary>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    /// <exception cref="IOException">It could not be written; what lasts is what lasted before.</exception>
    public async Task KeepAsync()
    {
        await _syncing;
        await SyncAsync();
    }

    /// <summary>Notes what comes of an upload, durably, before it is appended: so that it can be said again when the answer was lost.</summary>
    public Task ConcludeAsync(JsonObject outcome) => Task.Run(() => _journal!.Conclude(outcome));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
        _buffers.Clear();
        GiveBack();
        await _syncing;
        if (File is not null) await File.DisposeAsync();
        File = null;
    }

    /// <summary>What the medium knows of it when it is an upload that can be resumed, else null.</summary>
    public UploadState? Upload => _journal?.State;

    /// <summary>Goes on behind the parts that an upload has from before.</summary>
    internal void GoOn(IReadOnlyList<UploadPart> parts, IncrementalHash? open)
    {
        File!.GoOn([.. parts.Select(p => (p.Announced, p.Size))], open);
        foreach (var part in parts.Where(p => p.Ended)) _parts.Add(new StoredPart(part.Name, part.Size, part.Points[^1].Sha256));
        if (open is not null) _current = (parts[^1].Name, parts[^1].Announced);
        _synced = File.Length;
    }

    /// <summary>Takes an upload that turned out small into memory, so that it shares a volume with others. Its file stays until the upload is removed.</summary>
    internal async Task UnspillAsync()
    {
        if (_journal is null || File is not { } file || file.Length > _options.BufferBytes) return;
        await _syncing;
        for (var i = 0; i < _parts.Count; i++)
        {
            var buffer = new PartBuffer();
            foreach (var piece in file.Read(i)) buffer.Add(piece.Span, _parts[i].Size - buffer.Size);
            _buffers.Add(buffer);
        }

        File = null;
        await file.DisposeAsync();
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
        GiveBack();
    }

    private bool TryTake(int bytes)
    {
        if (_memory?.TryTake(bytes) == false) return false;
        _taken += bytes;
        return true;
    }

    private void GiveBack()
    {
        _memory?.GiveBack(_taken);
        _taken = 0;
    }

    private void CheckName(string name, PartRole role)
    {
        if (_current is { } current) throw new InvalidOperationException($"The part {current.Name} has not ended.");
        if (!FitsRole(name, role)) throw new ArgumentException($"'{name}' is no name of a {role} part: the role's letter and four digits.", nameof(name));
        foreach (var part in _parts)
            if (part.Name == name) throw new ArgumentException($"There is a part {name} already.", nameof(name));
    }

    // Beside the receiving, so that the last sync has little to do, and an upload loses little by a crash.
    private void SyncNowAndThen(StagedFile file)
    {
        if (file.Length - _synced < _options.StagingSyncBytes || !_syncing.IsCompleted) return;
        _synced = file.Length;
        file.CheckRoom(0);
        _syncing = SyncInTimeAsync(file);
    }

    private async Task SyncInTimeAsync(StagedFile file)
    {
        try
        {
            await SyncAsync();
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            file.Fail(e); // told at the next write
        }
    }

    // First the bytes, then what is known of them. A crash between the two: more is there than is known, and is cut off.
    private async Task SyncAsync()
    {
        var reached = _reached.ToList();
        _reached.Clear();
        var (open, part, size) = (_current is not null, _parts.Count, File!.Size);
        var sha256 = await File.SyncAsync();
        if (open) reached.Add(new ReachedPoint(part, size, sha256, false));
        if (_journal is not null) await Task.Run(() => _journal.Point(reached));
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
