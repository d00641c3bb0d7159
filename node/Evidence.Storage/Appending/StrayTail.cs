using Evidence.Core.Verification;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Appending;

/// <summary>Bytes behind the end of a volume that is not closed, which no record accounts for. They are kept before they are cut off or written over.</summary>
internal static class StrayTail
{
    /// <summary>Keeps those of a file in quarantine; whoever calls cuts them off. A crash before that: they are kept twice.</summary>
    /// <exception cref="StorageFullException">There is no room to keep them; none of them was copied.</exception>
    /// <exception cref="IOException">They cannot be read, or the quarantine cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    internal static void Keep(LogStore store, uint volume, long end, IMediumFile file)
    {
        var length = file.Length - end;
        if (length <= 0) return;
        var path = store.Files.Volume(volume);
        if (!store.Room.Holds(length))
            throw new StorageFullException($"{length} bytes that are no record follow the end of volume {volume} of {store.Origin}. They are to be kept in {store.Files.Quarantine} before they are cut off, and the disk has no room for them. Make room; or, if you do not need them, cut {path} to {end} bytes (truncate -s {end}).");
        var finding = WalkFindings.Range(FindingCodes.VolumeUnexpected, volume, end, length, "Behind the last record, and none of this node's; cut off.");
        store.Quarantine.KeepRange(VolumeName.Of(volume), path, end, length, FindingText.Of(finding));
    }
}
