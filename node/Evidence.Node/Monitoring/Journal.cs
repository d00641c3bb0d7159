using System.Text.Json.Nodes;
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
    private IReadOnlyList<Finding> _foundAtOpening = [];

    private Journal(ProofFile file)
    {
        _file = file;
        _entries = [.. file.Read()];
        file.Reserve(Reserve);
    }

    internal static async Task<Journal> OpenAsync(string path, CancellationToken ct)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var journal = new Journal(await Task.Run(() => ProofFile.Open(path), ct));
        if (journal._file.Refusal is { } refusal) await journal.MendAsync(refusal, ct);
        return journal;
    }

    /// <summary>A damaged end refuses every append, and so the very sweep that would mend it: it is written anew at once, and the next sweep still tells of it.</summary>
    private async Task MendAsync(string refusal, CancellationToken ct)
    {
        _foundAtOpening = await Task.Run(_file.Check, ct);
        await _file.RewriteAsync(_file.State, Entries, new JsonObject { ["cause"] = refusal, ["findings"] = FindingJson.Of(_foundAtOpening) }.ToJsonString(), ct);
    }

    internal string Path => _file.Path;

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
            if (!await _file.CompactAsync(payloads, ct)) return;
            _file.Reserve(Reserve);
            lock (_entries)
            {
                _entries.Clear();
                _entries.AddRange(payloads);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    internal IReadOnlyList<Finding> Check() => [.. _foundAtOpening, .. _file.Check()];

    /// <summary>Writes the file anew from memory; the damaged one goes into quarantine.</summary>
    internal async Task RewriteAsync(string findingJson, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            await _file.RewriteAsync(_file.State, Entries, findingJson, ct);
            _foundAtOpening = [];
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
