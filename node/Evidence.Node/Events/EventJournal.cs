using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core.Events;
using Evidence.Core.Json;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Events;

/// <summary>An event that waits to be sealed.</summary>
/// <param name="Number">Its line in the journal, from 1.</param>
/// <param name="Event">The event.</param>
/// <param name="Bytes">What it takes up.</param>
internal sealed record JournalEntry(ulong Number, PreservationEvent Event, int Bytes);

/// <summary>
/// The events that are not sealed yet, on the medium before anybody goes on. The first line names the journal; a journal of which everything is sealed gives way to a new
/// one with another name, so that document and journal together say what was sealed, whatever was lost of either.
/// </summary>
internal sealed class EventJournal : IDisposable
{
    /// <summary>The most bytes of a journal.</summary>
    internal const long MaxBytes = 16L << 20;

    private const string Name = "journal", Event = "event";
    private readonly string _path;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<JournalEntry> _pending = [];
    private ProofFile _file;
    private long _bytes;

    private EventJournal(string path) => (_path, _file, Id) = (path, ProofFile.Open(path), "");

    /// <summary>The journal's name: 32 hexadecimal characters.</summary>
    internal string Id { get; private set; }

    /// <summary>What waits, in the order in which it was recorded.</summary>
    internal IReadOnlyList<JournalEntry> Pending
    {
        get { lock (_pending) return [.. _pending]; }
    }

    /// <summary>Opens the journal at a path, or begins one. Of a damaged one what can be read goes into a new one; the damaged file is kept beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock, for the name of a damaged file.</param>
    /// <param name="damage">What was wrong with it; null when nothing was.</param>
    internal static EventJournal Open(string path, TimeProvider time, out string? damage)
    {
        var journal = new EventJournal(path);
        damage = journal.Load();
        if (damage is not null) journal.BeginAnew(Path.ChangeExtension(path, $".damaged-{time.GetUtcNow().ToUnixTimeMilliseconds()}.log"));
        return journal;
    }

    /// <summary>Writes an event, durably; false when the journal is full.</summary>
    /// <exception cref="Storage.StorageException">The medium does not take it.</exception>
    internal async Task<bool> TryAppendAsync(PreservationEvent one, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var payload = CanonicalJson.Serialize(new JsonObject { [Event] = EventJson.Of(one) });
            if (_bytes + payload.Length > MaxBytes) return false;
            var number = await _file.AppendAsync(payload, ct);
            Take(new JournalEntry((ulong)number, one, payload.Length));
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets what is sealed. A crash before this: the chain of documents says so again at the next start.</summary>
    internal async Task ForgetAsync(ulong through, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            bool isEmpty;
            lock (_pending)
            {
                _pending.RemoveAll(entry => entry.Number <= through);
                isEmpty = _pending.Count == 0;
            }

            if (isEmpty && _bytes > 0) BeginAnew(null);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _gate.Dispose();
    }

    private string? Load()
    {
        var findings = _file.Check();
        ulong line = 0;
        foreach (var payload in _file.Read())
        {
            if (ReadEntry(payload, line) is { } entry) Take(entry);
            line++;
        }

        if (line == 0 && findings.Count == 0) Begin();
        return findings.Count > 0 ? findings[0].Message : Id.Length == 0 ? "The journal of events does not name itself." : null;
    }

    private JournalEntry? ReadEntry(byte[] payload, ulong line)
    {
        try
        {
            var json = CanonicalJson.Parse(payload);
            if (json[Name] is { } id) Id = id.GetValue<string>();
            return json[Event] is { } one ? new JournalEntry(line, EventJson.ReadEvent(one, Event), payload.Length) : null;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return null; // the check names the line
        }
    }

    private void Take(JournalEntry entry)
    {
        lock (_pending) _pending.Add(entry);
        _bytes += entry.Bytes;
    }

    // A crash within leaves no file, or one that says nothing yet: both begin anew.
    private void BeginAnew(string? keptAs)
    {
        var carried = Pending;
        _file.Dispose();
        if (keptAs is null) File.Delete(_path);
        else File.Move(_path, keptAs, overwrite: true);
        _file = ProofFile.Open(_path);
        Begin();
        foreach (var entry in carried) TryAppendAsync(entry.Event, CancellationToken.None).GetAwaiter().GetResult();
    }

    private void Begin()
    {
        lock (_pending) _pending.Clear();
        _bytes = 0;
        Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _file.AppendAsync(CanonicalJson.Serialize(new JsonObject { [Name] = Id }), CancellationToken.None).GetAwaiter().GetResult();
    }
}
