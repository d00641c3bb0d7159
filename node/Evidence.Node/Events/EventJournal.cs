using System.Globalization;
using System.Security.Cryptography;
using Evidence.Core.Events;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Events;

/// <summary>
/// The events that are not sealed yet, on the medium before anybody goes on. The first line names the journal; a journal of which everything is sealed gives way to a new
/// one with another name, so that document and journal together say what was sealed, whatever was lost of either.
/// </summary>
internal sealed class EventJournal : IDisposable
{
    /// <summary>The most bytes of a journal.</summary>
    internal const long MaxBytes = 16L << 20;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<JournalEntry> _pending = [];
    private readonly string _agent;
    private readonly TimeProvider _time;
    private readonly ProofFile _file;
    private long _bytes;

    private EventJournal(string path, string agent, TimeProvider time) => (_agent, _time, _file) = (agent, time, ProofFile.OpenWithEnd(path, time));

    /// <summary>The file.</summary>
    internal string Path => _file.Path;

    /// <summary>The journal's name: 32 hexadecimal characters.</summary>
    internal string Id { get; private set; } = "";

    /// <summary>What waits, in the order in which it was recorded.</summary>
    internal IReadOnlyList<JournalEntry> Pending
    {
        get { lock (_pending) return [.. _pending]; }
    }

    /// <summary>The journals that something which waits came from: this one, and damaged ones before it.</summary>
    internal IReadOnlyList<string> Names => [.. Pending.SelectMany(static entry => entry.Places).Select(static place => place.Journal).Append(Id).Distinct(StringComparer.Ordinal)];

    /// <summary>Opens the journal at a path, or begins one. Of a damaged one what can be read goes on in a new one; the damaged file goes into quarantine.</summary>
    /// <param name="path">The file.</param>
    /// <param name="agent">Who says in the history that events were lost.</param>
    /// <param name="tell">Told of damage, before anything is written: a crash behind it finds the same damage again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Gives up before anything is written.</param>
    /// <exception cref="StorageException">There is no room for a new one. The damaged file is as it was.</exception>
    internal static async Task<EventJournal> OpenAsync(string path, string agent, Func<AlertStatement, Task> tell, TimeProvider time, CancellationToken ct)
    {
        var journal = new EventJournal(path, agent, time);
        try
        {
            await journal.LoadAsync(tell, ct);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Writes an event, durably; false when the journal is full.</summary>
    /// <exception cref="StorageException">The medium does not take it.</exception>
    internal async Task<bool> TryAppendAsync(PreservationEvent one, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var (entry, payload) = new JournalEntry(Id, (ulong)_file.Count, one).Write();
            if (_bytes + payload.Length > MaxBytes) return false;
            await _file.AppendAsync(payload, ct);
            Take(entry);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets what is sealed from a journal. A crash before this: the chain of documents says so again at the next start.</summary>
    internal async Task ForgetAsync(string name, ulong through, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            bool isEmpty;
            lock (_pending)
            {
                _pending.RemoveAll(entry => entry.IsIn(name, through));
                isEmpty = _pending.Count == 0;
            }

            if (isEmpty && _bytes > 0) await BeginAnewAsync(ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads the file again; what is wrong with it.</summary>
    internal IReadOnlyList<Finding> Check() => _file.Check();

    /// <summary>Has a damaged file give way to a new one with all that waits, which is in memory.</summary>
    internal async Task MendAsync(IReadOnlyList<Finding> damage, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            await CarryOverAsync(damage, [], ct);
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

    private async Task LoadAsync(Func<AlertStatement, Task> tell, CancellationToken ct)
    {
        var damage = _file.Check().ToList();
        var read = 0;
        foreach (var payload in _file.ReadSound())
        {
            if (JournalEntry.Read(payload) is not { } line)
            {
                damage.Add(JournalAlerts.Unread(Path, "it is no event."));
                continue;
            }

            read++;
            Id = line.Journal;
            if (line.Entry is { } entry) Take(entry);
        }

        if (damage.Count > 0) await TellDamageAsync(tell, damage, _file.ExpectedCount - read, ct);
        else if (Id.Length == 0) await _file.AppendAsync(JournalEntry.NameLine(Id = NewName()), ct); // a crash before this: a file that says nothing, and is begun again
    }

    private async Task TellDamageAsync(Func<AlertStatement, Task> tell, IReadOnlyList<Finding> damage, long lost, CancellationToken ct)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"The journal of events was damaged: {lost} of its lines could not be read, and the events in them that were not sealed yet are lost.");
        await tell(JournalAlerts.AtStart(Path, damage, text + " The others go on in a new one."));
        await CarryOverAsync(damage, [new PreservationEvent(_time.GetUtcNow(), EventTypes.Recording, _agent, EventOutcome.Failure, text, [])], ct);
    }

    private void Take(JournalEntry entry)
    {
        lock (_pending) _pending.Add(entry);
        _bytes += entry.Bytes;
    }

    private async Task BeginAnewAsync(CancellationToken ct)
    {
        var name = NewName();
        if (await _file.CompactAsync([JournalEntry.NameLine(name)], ct)) (Id, _bytes) = (name, 0);
        // A damaged file stays for the sweep to tell of; what is forgotten here is sealed, and the chain of documents says so.
    }

    // Under a new name: lines may be lost, and numbers that are sealed must not be given again. Each entry says where it stood, so that what is sealed is still known to be.
    private async Task CarryOverAsync(IReadOnlyList<Finding> damage, IReadOnlyList<PreservationEvent> more, CancellationToken ct)
    {
        var name = NewName();
        var carried = Pending.Select((entry, at) => entry.MovedTo(name, (ulong)at + 1).Write()).ToList();
        foreach (var one in more) carried.Add(new JournalEntry(name, (ulong)carried.Count + 1, one).Write());
        ReadOnlyMemory<byte>[] lines = [JournalEntry.NameLine(name), .. carried.Select(static line => line.Payload)];
        await _file.RewriteAsync(_file.State, lines, JournalAlerts.Describe(Path, damage), ct);
        lock (_pending)
        {
            _pending.Clear();
            _pending.AddRange(carried.Select(static line => line.Entry));
        }

        (Id, _bytes) = (name, carried.Sum(static line => (long)line.Payload.Length));
    }

    private static string NewName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
