using System.Text;
using Evidence.Storage;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

/// <summary>A log with records in several volumes, large ones in volumes of their own, and a checkpoint over all of them.</summary>
internal static class FilledLog
{
    private static readonly LogStoreOptions SmallVolumes = new() { BufferBytes = 4096, VolumeBytes = 40_000 };

    internal static async Task<TestLog> OfAsync(int count)
    {
        var log = await new TestLog(SmallVolumes).OpenAsync();
        for (var i = 0; i < count; i++) await log.AppendAsync(TestLog.Content(i, i % 9 == 4 ? 9000 : 300));
        await log.PublishAsync();
        return log;
    }

    internal static Task AddProofAsync(TestLog log, string text) => log.Store.Anchors.AppendAsync(Encoding.UTF8.GetBytes($"{{\"n\":\"{text}\"}}"), CancellationToken.None);
}
