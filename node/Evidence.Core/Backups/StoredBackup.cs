namespace Evidence.Core.Backups;

/// <summary>A backup that lies on a medium whole.</summary>
/// <param name="Run">What its catalogue says.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="SumsSha256">SHA-256 of its SHA256SUMS, which the next backup names.</param>
/// <param name="Files">Digests of its files by their path within the folder, as SHA256SUMS says.</param>
/// <param name="IsMadeOut">Whether <paramref name="Run"/> was made out from the files themselves, because the catalogue was changed or is gone: nobody states then what is missing.</param>
public sealed record StoredBackup(BackupRun Run, string Folder, Digest SumsSha256, IReadOnlyDictionary<string, Digest> Files, bool IsMadeOut)
{
    /// <summary>Path of a file of it on this machine.</summary>
    internal string PathOf(string name) => Path.Combine(Folder, name);
}
