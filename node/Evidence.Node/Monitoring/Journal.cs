using Evidence.Core.Verification;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Monitoring;

/// <summary>A proof file of the monitor's own events. They are few, and kept in memory, so that a damaged file can be written anew.</summary>
internal sealed class Journal : IDisposable
{
    private const int Reserve = 1 << 20; // so that a full disk can still be reported

    private readonly ProofFile _file;
    private readonly List<ReadOnlyMemory<byte>> _entries;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private Journal(ProofFile file)
    {
        _file = file;
        Damage = file.Check();
        _entries = [.. file.ReadSound()];
        Lost = Math.Max(0, file.ExpectedCount - _entries.Count);
        file.Reserve(Reserve);
    }

    /// <summary>Opens the file, or starts it. One that is damaged may refuse whatever is appended, until it is written anew: whoever opens it tells of the damage and then does so.</summary>
    internal static async Task<Journal> OpenAsync(string path, CancellationToken ct)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return new Journal(await Task.Run(() => ProofFile.OpenWithEnd(path), ct));
    }

    internal string Path => _file.Path;

    /// <summary>What was wrong with the file when it was opened. The events of lines that are not in order count for nothing.</summary>
    internal IReadOnlyList<Finding> Damage { get; }

    /// <summary>How many events were lost at least, when it was opened.</summary>
    internal long Lost { get; }

    /// <summary>The events when the file was opened and since.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Entries
    {
        get { lock (_entries) return [.. _entries]; }
    }

    internal async Task AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            await _file.AppendAsync(payload, ct);
            _file.Reserve(Reserve);
            lock (_entries) _entries.Add(payload);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Bytes of all events.</summary>
    internal long Bytes
    {
        get { lock (_entries) return _entries.Sum(entry => (long)entry.Length); }
    }

    /// <summary>Replaces the events by fewer that stand for them; a file that is damaged is left to the sweep.</summary>
    internal async Task CompactAsync(IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            if (await _file.CompactAsync(payloads, ct)) Take(payloads);
        }
        finally
        {
            _writing.Release();
        }
    }

    internal IReadOnlyList<Finding> Check() => _file.Check();

    /// <summary>Writes the file anew from memory, or with these events; the damaged one goes into quarantine.</summary>
    internal async Task RewriteAsync(string findingJson, CancellationToken ct, IReadOnlyList<ReadOnlyMemory<byte>>? payloads = null)
    {
        await _writing.WaitAsync(ct);
        try
        {
            await _file.RewriteAsync(_file.State, payloads ?? Entries, findingJson, ct);
            if (payloads is not null) Take(payloads);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Take(IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        _file.Reserve(Reserve);
        lock (_entries)
        {
            _entries.Clear();
            _entries.AddRange(payloads);
        }
    }
}
