using System.Globalization;

namespace Evidence.Storage.Durable;

/// <summary>What is kept free on the disk: records are refused before the last of it is used up, so that the index, tiles, checkpoints, alerts and the next start find room.</summary>
internal sealed class FreeRoom(string folder, LogStoreOptions options, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(20); // so that not each of many records asks the file system

    private long _asked = long.MinValue;
    private long _free;

    /// <exception cref="StorageFullException">So little is free that no record is taken.</exception>
    internal void Check()
    {
        if (options.ReserveBytes == 0) return;
        if (Free() is var free && free < options.ReserveBytes)
            throw new StorageFullException(string.Create(CultureInfo.InvariantCulture, $"Only {free} bytes are free on the disk of {folder}; no record is taken below {options.ReserveBytes}. Make room and try again."));
    }

    /// <summary>Whether so many bytes can be written and what is kept free is left. The file system is asked each time.</summary>
    internal bool Holds(long bytes) => options.Medium.FreeBytes(folder) - bytes >= options.ReserveBytes;

    private long Free()
    {
        var now = time.GetTimestamp();
        var asked = Volatile.Read(ref _asked);
        if (asked != long.MinValue && time.GetElapsedTime(asked, now) < Fresh) return Volatile.Read(ref _free);
        Volatile.Write(ref _free, options.Medium.FreeBytes(folder));
        Volatile.Write(ref _asked, now);
        return Volatile.Read(ref _free);
    }
}
