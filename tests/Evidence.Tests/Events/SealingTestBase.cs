using Evidence.Core.Events;
using Evidence.Node.Events;
using Evidence.Storage;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Events;

/// <summary>What tests of a node's event history have in common.</summary>
public abstract class SealingTestBase
{
    internal static EventSealer Sealer(TestNode node) => node.Services.GetRequiredService<EventSealer>();

    internal static EventRecorder Recorder(TestNode node) => node.Services.GetRequiredService<EventRecorder>();

    internal static EventJournal Journal(TestNode node) => node.Services.GetRequiredService<EventJournal>();

    internal static string JournalFile(TestNode node) => Path.Combine(node.DataFolder, "monitor", "events.log");

    /// <summary>The journal, and what says how far it goes.</summary>
    internal static IReadOnlyList<string> JournalFiles(TestNode node) => [JournalFile(node), JournalFile(node) + ".end"];

    internal static Task SealAsync(TestNode node) => Sealer(node).SealAsync(CancellationToken.None);

    internal static Task RecordAsync(TestNode node, params PreservationEvent[] events) => Recorder(node).RecordAsync(events, CancellationToken.None);

    internal static PreservationEvent Checked(TestNode node, ulong from, ulong to, string detail = "") =>
        SampleEvents.Check(from, to, detail) with { Time = TimeProvider.System.GetUtcNow(), Objects = [new EventObjects(node.LogId, [new LeafRange(from, to)])] };

    /// <summary>Every document of a log, which must make one chain.</summary>
    internal static async Task<IReadOnlyList<FiledDocument>> DocumentsAsync(LogStore log)
    {
        var (all, chain) = (new List<FiledDocument>(), new EventChain(log.Origin, log.Keys.LogId, whole: true));
        await foreach (var filed in new EventTrail(log).AllAsync(log.Size, CancellationToken.None))
        {
            Assert.Empty(chain.Next(filed.Leaf, filed.SealSha256, filed.Document));
            all.Add(filed);
        }

        return all;
    }
}
