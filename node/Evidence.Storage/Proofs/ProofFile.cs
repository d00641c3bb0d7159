using System.Globalization;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Proofs;

/// <summary>
/// An append-only file of things that volumes do not hold. Each line is <c>h payload</c> with h = SHA-256(h of the line before || payload), in hex; the first line follows 32 zero bytes.
/// The payload is canonical JSON (RFC 8785), so it has no newline. One writer, any number of readers.
/// </summary>
public sealed class ProofFile : IDisposable
{
    private readonly IMedium _medium;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lock _shared = new();
    private readonly ProofEnd? _end;
    private List<long> _offsets = [];
    private IMediumFile _file;
    private Digest _head;
    private long _length;
    private int _opened;
    private string? _refusal;
    private IReadOnlyList<Finding> _lost = [];

    private ProofFile(string path, IMedium medium, TimeProvider time, bool keepsEnd)
    {
        (Path, _medium, _time) = (path, medium, time);
        if (keepsEnd) _end = new ProofEnd(path, medium);
        _file = medium.Open(path, FileMode.OpenOrCreate);
        // A crash before this: no file, as before.
        medium.SyncFolder(System.IO.Path.GetDirectoryName(path)!);
        // What a killed process wrote may be in the page cache only, and after a failed sync stay there: it counts once the medium has it.
        _file.Sync();
        _file.DropCache(0, 0);
        var fits = Load();
        if (_end is null) return;
        _lost = fits ? [] : [ProofCheck.EndLost(path, Count, _end)];
        ExpectedCount = Math.Max(_end.Expected, Count);
    }

    /// <summary>How many entries the file must have had at least when it was opened, as far as is known.</summary>
    public long ExpectedCount { get; }

    /// <summary>Number of entries that are on the medium.</summary>
    public long Count => State.Count;

    /// <summary>What is known of the file without reading it, as of one moment.</summary>
    public ProofFileState State
    {
        get
        {
            lock (_shared) return new ProofFileState(_offsets.Count, _head, _opened - 1);
        }
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>What opening had to mend or cut off, in words; null after a clean start.</summary>
    public string? Mended { get; private set; }

    /// <summary>Why nothing can be appended, in words; null while it can.</summary>
    public string? Refusal => _refusal;

    /// <summary>Opens or creates the file. A last line without its newline is what a crash leaves of an append that was never acknowledged: it is cut off.</summary>
    public static ProofFile Open(string path, TimeProvider? time = null) => Open(path, DiskMedium.Instance, time ?? TimeProvider.System);

    /// <summary>As <see cref="Open(string, TimeProvider?)"/>, for files whose end nobody else knows: a small file beside it says how far it goes, so that <see cref="Check"/> reports lines that were cut off while nobody had it open.</summary>
    public static ProofFile OpenWithEnd(string path, TimeProvider? time = null) => Open(path, DiskMedium.Instance, time ?? TimeProvider.System, keepsEnd: true);

    internal static ProofFile Open(string path, IMedium medium, TimeProvider time, bool keepsEnd = false)
    {
        path = System.IO.Path.GetFullPath(path);
        medium.CreateFolder(System.IO.Path.GetDirectoryName(path)!);
        return new ProofFile(path, medium, time, keepsEnd);
    }

    /// <summary>Appends an entry and syncs it. The result is its line, counted from 0.</summary>
    /// <exception cref="ArgumentException">The payload is empty or has a newline.</exception>
    /// <exception cref="StorageFullException">The disk is full; the file is as before.</exception>
    /// <exception cref="StorageFailedException">A write or sync failed, now or before, or the file's last entry is damaged.</exception>
    public async Task<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (payload.Length == 0 || payload.Span.Contains((byte)'\n')) throw new ArgumentException("An entry of a proof file is one line and not empty.", nameof(payload));
        await _gate.WaitAsync(ct);
        try
        {
            return Append(payload.Span);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The entries from line <paramref name="first"/> on, as they are in the file now, without checking them. Lines that are no entries any more are left out, and all of them when the file was removed: <see cref="Check"/> names them.</summary>
    public IEnumerable<byte[]> Read(long first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        var (from, to) = Range(first);
        if (from >= to || !File.Exists(Path)) yield break;
        foreach (var (_, line, _) in ProofReader.Lines(Path, from, to))
            if (ProofLine.TryParse(line, out _)) yield return line[ProofLine.PrefixLength..];
    }

    /// <summary>The entries whose lines are in order, as they are in the file now. One of which only the hash was changed counts too, where the next line proves it.</summary>
    public IEnumerable<byte[]> ReadSound()
    {
        var (chain, doubtful) = (new ProofChain(), (byte[]?)null);
        var (_, to) = Range(0);
        foreach (var (_, line, _) in ProofReader.Lines(Path, 0, to))
        {
            var sound = chain.Next(line);
            var payload = ProofLine.TryParse(line, out _) || line.Length > ProofLine.PrefixLength ? line[ProofLine.PrefixLength..] : null;
            if (doubtful is not null && chain.LastConfirmsPayload) yield return doubtful;
            doubtful = sound ? null : payload;
            if (sound) yield return payload!;
        }
    }

    /// <summary>Reads the whole file again and reports every line that is changed, missing or unexpected.</summary>
    public IReadOnlyList<Finding> Check()
    {
        _gate.Wait();
        try
        {
            DropCache();
            return [.. _lost, .. ProofCheck.Run(Path, Count, _head)];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The bytes of the file as they are on the medium, whatever they are, and what is known of it at that moment; none where it is missing.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[] ReadWhole(out ProofFileState known)
    {
        _gate.Wait();
        try
        {
            DropCache();
            known = State;
            return File.Exists(Path) ? File.ReadAllBytes(Path) : [];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Replaces the entries by proven ones; the whole file as it was goes into quarantine first. What was appended since <paramref name="seen"/> is kept behind them.</summary>
    /// <param name="seen">The file when it was looked at: what the proven entries stand for.</param>
    /// <param name="payloads">The proven entries.</param>
    /// <param name="findingJson">What was wrong, kept beside the damaged bytes.</param>
    /// <param name="ct">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The file was written anew since, or an entry that was appended since cannot be read. Nothing was changed.</exception>
    public async Task RewriteAsync(ProofFileState seen, IEnumerable<ReadOnlyMemory<byte>> payloads, string findingJson, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var end = WriteAnew([.. payloads, .. Since(seen)]);
            KeepAside(findingJson);
            Exchange(end); // a crash before this: the old file, and the repair is done again
            _lost = [];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Replaces all entries by fewer that stand for them, and keeps nothing of the old ones: for files whose events are worth nothing once later ones have overtaken them.</summary>
    /// <returns>False: the file is damaged and was left as it is, so that the damage is seen and kept.</returns>
    public async Task<bool> CompactAsync(IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (_refusal is not null || _lost.Count > 0 || ProofCheck.Run(Path, Count, _head).Count > 0) return false;
            Exchange(WriteAnew(payloads)); // a crash before this: the old file, which says the same at more length
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sets blocks aside behind the end, so that this many bytes can be appended on a full disk too. Where there is no room for them, those that were set aside before stay.</summary>
    public void Reserve(long bytes)
    {
        try
        {
            _file.Reserve(_length, bytes);
        }
        catch (StorageFullException)
        {
            // Nothing is lost: an append meets the full disk itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _end?.Dispose();
    }

    private long Append(ReadOnlySpan<byte> payload)
    {
        if (_refusal is not null) throw new StorageFailedException(_refusal);
        var chain = ProofLine.Chain(_head, payload);
        var line = ProofLine.Format(chain, payload);
        Write(line);
        lock (_shared)
        {
            _offsets.Add(_length);
            (_length, _head) = (_length + line.Length, chain);
        }

        _end?.Write(_offsets.Count, chain); // a crash before this: the line is there, and counts
        return _offsets.Count - 1;
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            _file.Write(line, _length);
            _file.Sync(); // a crash before this leaves a piece of the line or all of it: opening cuts off the piece
        }
        catch (StorageFullException)
        {
            TakeBack();
            throw;
        }
        catch (IOException e)
        {
            throw Fail(e);
        }
    }

    // Made to last, so that nothing of it can follow the next line.
    private void TakeBack()
    {
        try
        {
            _file.SetLength(_length);
            _file.Sync(); // a crash before this: a piece of a line, which opening cuts off
        }
        catch (IOException e)
        {
            throw Fail(e);
        }
    }

    private StorageFailedException Fail(IOException error)
    {
        _refusal = $"A write to {Path} failed, so what is on the medium is not known: {error.Message} Open the node again.";
        return new StorageFailedException(_refusal, error);
    }

    // Readers see the file as it was or as it is now, never a part of it. Whether it goes as far as is known.
    private bool Load()
    {
        var fits = Fits(0, default);
        var (chain, offsets, length) = (new ProofChain(), new List<long>(), 0L);
        foreach (var (offset, line, terminated) in ProofReader.Lines(Path, 0, _file.Length))
        {
            if ((terminated ? line : Mend(chain, offset, line)) is not { } entry) continue;
            chain.Next(entry);
            fits |= Fits(chain.Count, chain.Head);
            offsets.Add(offset);
            length = offset + entry.Length + 1;
        }

        lock (_shared) (_offsets, _length, _head, _opened) = (offsets, length, chain.Head, _opened + 1);
        _refusal = chain.LastIsSound ? null : $"The last entry of {Path} is damaged: repair it before anything is appended.";
        return fits;
    }

    // A file that is new has no end yet.
    private bool Fits(long count, Digest head) => _end is null || _end.Fits(count, head) || (!_end.IsKnown && _file.Length == 0);

    /// <summary>The last line without its newline: an entry that is whole but for it was durable and gets it back; anything else is what is left of a broken append, and is cut off (null).</summary>
    private byte[]? Mend(ProofChain chain, long offset, byte[] line)
    {
        var entry = chain.Fits(line) ? line : chain.Fits(line.AsSpan(0, line.Length - 1)) ? line[..^1] : null;
        if (entry is null) _file.SetLength(offset);
        else _file.Write("\n"u8, offset + entry.Length);
        _file.Sync(); // a crash before this: the same is done at the next start
        Mended = entry is not null
            ? "The newline of the last entry was not there and was written again."
            : string.Create(CultureInfo.InvariantCulture, $"{line.Length} bytes of an append that was broken off were cut off.");
        return entry;
    }

    private void Exchange((long Count, Digest Head) end)
    {
        _end?.Write(end.Count, end.Head, replaces: true);
        _medium.Rename(Path + SmallFile.TemporarySuffix, Path);
        _medium.SyncFolder(System.IO.Path.GetDirectoryName(Path)!);
        _file.Dispose();
        _file = _medium.Open(Path, FileMode.Open);
        Load();
        _end?.Write(end.Count, end.Head);
    }

    private (long Count, Digest Head) WriteAnew(IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        using var file = _medium.Open(Path + SmallFile.TemporarySuffix, FileMode.Create);
        var (chain, at) = (default(Digest), 0L);
        foreach (var payload in payloads)
        {
            chain = ProofLine.Chain(chain, payload.Span);
            var line = ProofLine.Format(chain, payload.Span);
            file.Write(line, at);
            at += line.Length;
        }

        file.Sync();
        return (payloads.Count, chain);
    }

    private void KeepAside(string findingJson)
    {
        if (!File.Exists(Path)) return;
        var quarantine = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, "..", "..", "quarantine"));
        new Quarantine(quarantine, _medium, _time).KeepRange(System.IO.Path.GetFileName(Path), Path, 0, new FileInfo(Path).Length, findingJson);
    }

    /// <summary>What was appended since, held to the chain from there to the hash that was written last.</summary>
    private List<ReadOnlyMemory<byte>> Since(ProofFileState seen)
    {
        var (now, payloads, head) = (State, new List<ReadOnlyMemory<byte>>(), seen.Head);
        if (now.Rewrites != seen.Rewrites) throw new StorageException($"{Path} was written anew meanwhile: look at it again.");
        if (now.Count == seen.Count) return payloads;
        foreach (var payload in Read(seen.Count))
        {
            payloads.Add(payload);
            head = ProofLine.Chain(head, payload);
        }

        return head == now.Head ? payloads : throw new StorageException($"What was appended to {Path} meanwhile cannot be read: repair it with the rest.");
    }

    private void DropCache()
    {
        if (File.Exists(Path)) _file.DropCache(0, 0);
    }

    private (long From, long To) Range(long first)
    {
        lock (_shared) return (first < _offsets.Count ? _offsets[(int)first] : _length, _length);
    }
}
