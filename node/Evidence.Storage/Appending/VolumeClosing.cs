using Evidence.Storage.Durable;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Appending;

/// <summary>
/// Closes full volumes in the background, one after the other, while the next one is written to. A crash before a volume counts as closed leaves it open behind its records, with part of the closing members,
/// which opening cuts off, or all of them, which opening takes in; it is closed when the log is written to again.
/// </summary>
internal sealed class VolumeClosing(LogStore store) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Ends when all that was begun is done.</summary>
    internal Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to close every volume that is open but <paramref name="writtenTo"/>.</summary>
    /// <param name="writtenTo">Number of the volume that records go to.</param>
    /// <param name="full">A volume whose manifest is at hand.</param>
    /// <param name="manifest">Its manifest.</param>
    internal void Begin(uint writtenTo, uint full = 0, VolumeManifest? manifest = null)
    {
        foreach (var volume in store.VolumeSet.All)
            if (!volume.Closed && volume.Number != writtenTo) Begin(volume.Number, volume.Number == full ? manifest : null);
        if (manifest is not null) Done = Done.ContinueWith(_ => manifest.Dispose(), TaskScheduler.Default);
    }

    /// <summary>Gives up going over volumes; one whose manifest is at hand is closed all the same.</summary>
    public void Dispose() => _stop.Cancel();

    private void Begin(uint number, VolumeManifest? manifest) =>
        Done = Done.ContinueWith(_ => CloseAsync(number, manifest).GetAwaiter().GetResult(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);

    private async Task CloseAsync(uint number, VolumeManifest? manifest)
    {
        await store.Closing.WaitAsync();
        try
        {
            if (store.AppendRefusal is null && store.VolumeSet.Find(number) is { Closed: false } volume) await CloseAsync(volume, manifest);
        }
        catch (Exception e)
        {
            store.Fail($"Volume {number} of {store.Origin} could not be closed: {e.Message}");
        }
        finally
        {
            store.Closing.Release();
        }
    }

    private async Task CloseAsync(VolumeState volume, VolumeManifest? manifest)
    {
        if (!File.Exists(store.Files.Volume(volume.Number))) return; // opening the log has said so
        using var file = store.Medium.Open(store.Files.Volume(volume.Number), FileMode.Open);
        if (!TryKeepTail(volume, file)) return;
        try
        {
            if (await VolumeCloser.WriteAsync(store, volume, file, manifest, _stop.Token) is not { } length) return;
            file.SetLength(length); // gives back room that was asked for ahead
            file.Sync(); // a crash before this: part of the closing members, which opening cuts off
            await CountAsync(volume, new VolumeState(volume.Number, length, true));
        }
        catch (Exception e) when (e is StorageFullException or OperationCanceledException)
        {
            file.SetLength(volume.DurableLength); // a crash before this lasts: part of the closing members, as above
            StorageLog.ClosedLater(store.Logger, store.Origin, volume.Number, e.Message);
        }
    }

    // Closing would write over what came behind the records while the volume was open.
    private bool TryKeepTail(VolumeState volume, IMediumFile file)
    {
        try
        {
            StrayTail.Keep(store, volume.Number, volume.DurableLength, file);
            return true;
        }
        catch (StorageFullException e)
        {
            StorageLog.ClosedLater(store.Logger, store.Origin, volume.Number, e.Message);
            return false;
        }
    }

    private async Task CountAsync(VolumeState before, VolumeState closed)
    {
        await store.Gate.WaitAsync();
        try
        {
            if (store.VolumeSet.Find(before.Number) != before) return; // taken back meanwhile
            store.VolumeSet.Set(closed);
            StorageLog.Closed(store.Logger, store.Origin, closed.Number, closed.DurableLength);
            store.Index.Add([], closed);
        }
        catch (LevelDbException)
        {
            store.ReopenIndexAfterFailure(); // the index then covers less than the volume has, and opening takes in the rest
        }
        finally
        {
            store.Gate.Release();
        }
    }
}
