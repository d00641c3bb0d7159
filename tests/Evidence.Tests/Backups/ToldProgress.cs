using Evidence.Storage.Backups;

namespace Evidence.Tests.Backups;

/// <summary>Does something in the middle of a backup, in its own thread.</summary>
internal sealed class ToldProgress(Action<BackupProgress> tell) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value) => tell(value);
}
