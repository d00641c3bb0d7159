using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;
using Evidence.Storage.Uploads;
using Evidence.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Faults;

/// <summary>
/// Uploads that can be resumed, on a <see cref="SimulatedDisk"/>: one that becomes a volume of its own, one that shares a volume, one that is not finished; broken off and gone on with. Notes what was told to whoever sends, whatever goes wrong on the way.
/// </summary>
internal sealed class UploadRun(SimulatedDisk disk) : IAsyncDisposable
{
    private const int Large = 9_000;
    private const int Small = 600;

    private readonly string _folder = Path.Combine(IngestRun.Root, "evidence-uploads-" + Guid.NewGuid().ToString("N"));
    private readonly List<Sent> _uploads = [];
    private LogStore? _store;
    private RecordAppender? _appender;
    private UploadFolder? _book;

    internal SimulatedDisk Disk => disk;

    /// <summary>Uploads that a restart must know, and records that were acknowledged.</summary>
    internal (int Begun, int Appended) Told => (_uploads.Count(u => u.IsBegun), _uploads.Count(u => u.IsAppended));

    /// <summary>Does all of it, going on past whatever fails.</summary>
    internal async Task RunAsync()
    {
        if (!await TryAsync(null, OpenAsync)) return;
        await TryAsync(null, AppendStagedAsync);
        Sent[] all = [.. new[] { Large, Small, Large }.Select((size, i) => new Sent(new RecordId(new Guid(i + 1, 0, 7, [1, 2, 3, 4, 5, 6, 7, 8])), TestLog.Content(i, size)))];
        foreach (var upload in all) await BeginAsync(upload);
        foreach (var upload in all) await SendAsync(upload, upload.Content.Length / 2, isKept: true);
        await SendAsync(all[2], Large - 1, isKept: false);
        foreach (var upload in all) await upload.CloseAsync();
        foreach (var upload in all[..2]) await FinishAsync(upload);
        foreach (var upload in all[..2]) await RemoveAsync(upload);
    }

    /// <summary>Opens the log in the normal way, after whatever happened, and finishes every upload that is not.</summary>
    internal async Task CheckAsync()
    {
        await OpenAsync();
        Assert.Empty(_store!.OpenFindings);
        var known = _book!.List(u => Assert.Fail(u.Reason)).ToDictionary(s => s.Record);
        Assert.Subset(_uploads.Select(u => u.Id).ToHashSet(), known.Keys.ToHashSet());
        foreach (var upload in _uploads)
        {
            upload.State = known.GetValueOrDefault(upload.Id);
            Assert.True(_store.Find(upload.Id) is not null || !upload.IsAppended, $"the record of {upload.Id} is lost");
            Assert.True(_store.Find(upload.Id) is not null || upload.State is not null || !upload.IsBegun || upload.IsRemoved, $"the upload {upload.Id} is lost");
            if (_store.Find(upload.Id) is null && upload.State is not null) await GoOnAsync(upload);
            if (_store.Find(upload.Id) is { } place) Assert.Equal(upload.Content, Read(place));
            _book.Remove(upload.Id);
        }

        Assert.Empty(TestFiles.In(Path.Combine(_folder, "staging")));
        await AbandonAsync();
        disk.Restart();
        await OpenAsync();
        Assert.Empty(_store.OpenFindings);
        Assert.Empty(_book.List());
        await AbandonAsync();
    }

    /// <summary>As little of an orderly end as a kill allows.</summary>
    internal async Task AbandonAsync()
    {
        disk.Kill();
        foreach (var upload in _uploads) await upload.CloseAsync();
        if (_appender is not null) await _appender.DisposeAsync();
        if (_store is not null) await _store.DisposeAsync();
        (_appender, _store) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await AbandonAsync();
        TestFiles.Delete(_folder);
    }

    private async Task OpenAsync()
    {
        Directory.CreateDirectory(_folder);
        var options = new LogStoreOptions { BufferBytes = 1_000, Medium = disk };
        _store = await LogStore.OpenAsync(_folder, TestLog.Origin, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        (_appender, _book) = (new RecordAppender(_store), new UploadFolder(_store));
    }

    // No upload: but its file is in the folder of uploads, which it makes.
    private async Task AppendStagedAsync()
    {
        var content = TestLog.Content(7, Large);
        await using var staged = _appender!.Begin(new RecordId(new Guid(99, 0, 7, [1, 2, 3, 4, 5, 6, 7, 8])));
        await staged.BeginPartAsync("c0001", PartRole.Content, 0, CancellationToken.None);
        await staged.WriteAsync(content, CancellationToken.None);
        await staged.EndPartAsync();
        await _appender.AppendAsync(staged, SealOf(staged.Id, content), CancellationToken.None);
    }

    private Task BeginAsync(Sent upload)
    {
        _uploads.Add(upload);
        return TryAsync(upload, async () =>
        {
            upload.Open = _book!.Create(upload.Id, []);
            upload.IsBegun = true;
            await upload.Open.BeginPartAsync("c0001", PartRole.Content, upload.Content.Length, CancellationToken.None);
        });
    }

    private Task SendAsync(Sent upload, int to, bool isKept) => TryAsync(upload, async () =>
    {
        var staged = await OpenAsync(upload);
        await staged.WriteAsync(upload.Content.AsMemory(upload.At, Math.Max(0, to - upload.At)), CancellationToken.None);
        upload.At = Math.Max(upload.At, to);
        if (!isKept) return;
        await staged.KeepAsync();
        upload.Kept = upload.At;
    });

    private Task FinishAsync(Sent upload) => TryAsync(upload, () => AppendAsync(upload));

    private async Task AppendAsync(Sent upload)
    {
        var staged = await OpenAsync(upload);
        await staged.WriteAsync(upload.Content.AsMemory(upload.At), CancellationToken.None);
        upload.At = upload.Content.Length;
        if (staged.Parts.Count == 0) await staged.EndPartAsync();
        await staged.ConcludeAsync(new JsonObject { ["signature"] = "NONE" });
        await _appender!.AppendAsync(staged, SealOf(upload.Id, upload.Content), CancellationToken.None);
        upload.IsAppended = true;
        await upload.CloseAsync();
        _book!.RemoveBytes(upload.Id);
    }

    private Task RemoveAsync(Sent upload) => TryAsync(upload, () =>
    {
        (upload.IsRemoved, upload.Kept) = (true, 0); // from here on it may be gone, or its bytes
        _book!.Remove(upload.Id);
        return Task.CompletedTask;
    });

    private async Task GoOnAsync(Sent upload)
    {
        var staged = await OpenAsync(upload);
        Assert.True(upload.At >= upload.Kept, $"{upload.Kept} bytes of {upload.Id} were kept, and {upload.At} are left");
        Assert.NotNull(staged.Upload);
        await AppendAsync(upload);
    }

    // After a fault it is opened again, from what was synced before it.
    private async Task<StagedRecord> OpenAsync(Sent upload)
    {
        if (upload.Open is { } open) return open;
        var state = upload.State ?? throw new StorageException("it was not begun");
        var staged = upload.Open = await _book!.ResumeAsync(state, CancellationToken.None);
        upload.At = (int)staged.Upload!.Parts.Sum(p => p.Size);
        if (staged.Upload.Parts.Count == 0) await staged.BeginPartAsync("c0001", PartRole.Content, upload.Content.Length, CancellationToken.None);
        return staged;
    }

    private byte[] Read(Place place)
    {
        using var part = _store!.OpenPart(place, "c0001");
        using var copy = new MemoryStream();
        part.CopyTo(copy);
        return copy.ToArray();
    }

    private static Seal SealOf(RecordId id, byte[] content) =>
        new(id, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123), "", [new SealPart("c0001", PartRole.Content, content.Length, Digest.Of(content))]);

    private static async Task<bool> TryAsync(Sent? upload, Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            if (upload is not null) await upload.CloseAsync();
            return false; // the fault, or a refusal after it
        }
    }

    private sealed class Sent(RecordId id, byte[] content)
    {
        internal RecordId Id => id;

        internal byte[] Content => content;

        internal StagedRecord? Open { get; set; }

        internal UploadState? State { get; set; }

        internal int At { get; set; }

        internal int Kept { get; set; }

        internal bool IsBegun { get; set; }

        internal bool IsAppended { get; set; }

        internal bool IsRemoved { get; set; }

        // Nothing of what the file holds goes when its handle is let go.
        internal async Task CloseAsync()
        {
            if (Open is not { } open) return;
            (Open, State) = (null, open.Upload);
            await open.DisposeAsync();
        }
    }
}
