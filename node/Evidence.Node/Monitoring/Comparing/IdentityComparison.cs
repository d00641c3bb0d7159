using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Compares log.json, which says whose log this is, with the keys that the log was opened with.</summary>
internal static class IdentityComparison
{
    private const int Looks = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What is wrong, or null. What looks wrong is read again first: a mirror may just be following a rotation of the key, which is known in memory only once it is on the medium.</summary>
    internal static async Task<Finding?> FindAsync(LogStore store, TimeProvider time, CancellationToken ct)
    {
        var finding = Look(store);
        for (var look = 1; finding is not null && look < (finding.Code == FindingCodes.VolumeChanged ? Looks : 2); look++)
        {
            await Task.Delay(Pause, time, ct);
            finding = Look(store);
        }
        return finding;
    }

    private static Finding? Look(LogStore store)
    {
        try
        {
            var bytes = MediumFile.ReadAll(Path.Combine(store.Folder, LogIdentity.FileName), out _);
            return bytes.AsSpan().SequenceEqual(LogIdentity.Encode(store.Keys)) ? null : Report(FindingCodes.VolumeChanged, "does not say whose log this is.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Report(FindingCodes.VolumeMissing, "is missing.");
        }
        catch (IOException e)
        {
            return Report(FindingCodes.VolumeUnreadable, $"cannot be read: {e.Message}");
        }
    }

    private static Finding Report(string code, string what) => new(code, Severity.Error, Layer.Storage, LogIdentity.FileName, $"{LogIdentity.FileName} {what}");
}
