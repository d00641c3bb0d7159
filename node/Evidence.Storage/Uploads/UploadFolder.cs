using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Storage.Appending;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Uploads;

/// <summary>The uploads in a log's staging folder that can be resumed: of each a staged file and, beside it, its state.</summary>
public sealed class UploadFolder
{
    private const string AsideSuffix = ".unreadable";

    private readonly LogStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly string _folder;
    private volatile bool _isLasting;

    /// <summary>The uploads of a log.</summary>
    public UploadFolder(LogStore store) => (_options, _time, _folder) = (store.Options, store.Time, store.Files.Staging(store.Options));

    /// <summary>
    /// The uploads that a process before has left, as their states have them; nothing is read of their bytes. What cannot be read is not lost for it: where the medium
    /// does not give a state it stays with its bytes for the next start, and where a state is not what was written both are set aside.
    /// </summary>
    /// <param name="unread">Told of each that is missing among them.</param>
    public IReadOnlyList<UploadState> List(Action<UnreadUpload>? unread = null)
    {
        if (!Directory.Exists(_folder)) return [];
        var states = new List<UploadState>();
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + UploadStateFile.Extension).ToList())
        {
            try
            {
                states.Add(Read(path));
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                var aside = e is FormatException && TrySetAside(path);
                unread?.Invoke(new UnreadUpload(path, e.Message, aside));
            }
        }

        return states;
    }

    /// <summary>Begins an upload. When this returns, a restart knows it.</summary>
    /// <exception cref="StorageFullException">There is no room for it.</exception>
    public StagedRecord Create(RecordId record, JsonObject label)
    {
        MakeFolder();
        var journal = Journal(new UploadState(record, label, [], null, _time.GetUtcNow()));
        journal.Write();
        return Open(journal);
    }

    /// <summary>
    /// Goes on with an upload. Its bytes are read past the page cache and hashed again: it is taken back to the last point up to which they are what was received.
    /// That takes as long as reading and hashing them does.
    /// </summary>
    public Task<StagedRecord> ResumeAsync(UploadState state, CancellationToken ct) => Task.Run(
        () =>
        {
            MakeFolder();
            using var check = new UploadCheck(StagedFile.PathOf(_folder, state.Record));
            var parts = check.Proven(state.Parts, ct);
            var journal = Journal(state with { Parts = parts });
            journal.Write();
            var record = Open(journal);
            record.GoOn(parts, parts is [.., { Ended: false }] ? check.HashOfLast(parts, ct) : null);
            return record;
        },
        ct);

    /// <summary>Removes an upload. A crash in the middle leaves its bytes without their state, which the next start removes.</summary>
    public void Remove(RecordId record) => Remove(UploadStateFile.PathOf(_folder, record));

    /// <summary>Removes what was set aside before a time; the paths.</summary>
    /// <param name="before">The time.</param>
    /// <param name="failed">Told of each file that could not be removed, and why; it keeps none of the others.</param>
    public IReadOnlyList<string> RemoveSetAside(DateTimeOffset before, Action<string, Exception> failed)
    {
        if (!Directory.Exists(_folder)) return [];
        var expired = Directory.EnumerateFiles(_folder, "*" + AsideSuffix).Where(path => File.GetLastWriteTimeUtc(path) <= before.UtcDateTime).ToList();
        return [.. expired.Where(path => TryDelete(path, failed))];
    }

    /// <summary>Removes what is left of the bytes of an upload whose record is in the log; its state stays.</summary>
    public void RemoveBytes(RecordId record) => _options.Medium.Delete(StagedFile.PathOf(_folder, record));

    /// <summary>Removes what belongs to no upload that can be resumed.</summary>
    internal static void RemoveLeftovers(IMedium medium, string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + SmallFile.TemporarySuffix).ToList()) medium.Delete(path);
        foreach (var path in Directory.EnumerateFiles(folder, "*" + VolumeManifest.Extension).ToList()) medium.Delete(path);
        foreach (var path in Directory.EnumerateFiles(folder, "*" + StagedFile.Extension).ToList())
            if (!File.Exists(Path.ChangeExtension(path, UploadStateFile.Extension))) medium.Delete(path);
    }

    private bool TryDelete(string path, Action<string, Exception> failed)
    {
        try
        {
            _options.Medium.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failed(path, e);
            return false;
        }
    }

    private static UploadState Read(string path)
    {
        var state = UploadStateFile.Read(path);
        return Path.GetFileNameWithoutExtension(path) == state.Record.ToString() ? state : throw new FormatException($"{path} is the state of another upload, {state.Record}.");
    }

    // The bytes go first: a crash in between leaves a state that is set aside by the next start, and never bytes without one, which it would remove.
    private bool TrySetAside(string statePath)
    {
        var bytes = Path.ChangeExtension(statePath, StagedFile.Extension);
        try
        {
            if (File.Exists(bytes)) SetAside(bytes);
            SetAside(statePath);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
        {
            return false; // it is told of as one that stays; the next start tries again
        }
    }

    // It is kept from now on, not from its last byte: nobody was told of it before. The time comes first: with the new name and the old time it would expire at once.
    private void SetAside(string path)
    {
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        _options.Medium.Rename(path, path + AsideSuffix);
        _options.Medium.SyncFolder(_folder);
    }

    // Also one that is there: whoever made it may not have made it last, and without its name all that is synced within would be lost. One that was removed since is made again.
    private void MakeFolder()
    {
        if (_isLasting && Directory.Exists(_folder)) return;
        _isLasting = false;
        _options.Medium.CreateFolder(_folder);
        _options.Medium.SyncFolder(Path.GetDirectoryName(_folder)!);
        _isLasting = true;
    }

    private UploadJournal Journal(UploadState state) => new(_options.Medium, _folder, _time, state);

    private StagedRecord Open(UploadJournal journal) => new(journal.State.Record, _options, _folder, journal);

    private void Remove(string statePath)
    {
        _options.Medium.Delete(statePath);
        _options.Medium.Delete(Path.ChangeExtension(statePath, StagedFile.Extension));
    }
}
