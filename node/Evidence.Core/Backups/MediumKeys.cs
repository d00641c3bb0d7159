using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Backups;

/// <summary>The keys of a log on a medium: those of the newest backup that has them, or, where none has, the one that the verifying person trusts for this log.</summary>
internal static class MediumKeys
{
    /// <summary>Finds them. The result is null when nobody has them.</summary>
    /// <param name="log">The log.</param>
    /// <param name="trust">Whom the verifying person trusts; null: nobody.</param>
    /// <param name="fault">Is told of a file that cannot be used, and why.</param>
    internal static StatedLogKeys? Find(MediumLog log, TrustPolicy? trust, Action<string, Exception> fault)
    {
        foreach (var file in log.KeysFiles)
        {
            try
            {
                return LogKeysJson.Parse(File.ReadAllBytes(file));
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                fault(file, e);
            }
        }

        // The name of the folder ends in the first digits of the log's id.
        return trust?.Logs.Select(static trusted => VerifierKey.Parse(trusted.Key)).Where(key => key.Name == log.Last.Origin && log.Last.Folder.EndsWith('-' + key.LogId.ToString()[..8], StringComparison.Ordinal)).Select(static key => new StatedLogKeys(new LogKeyHistory(key))).FirstOrDefault();
    }
}
