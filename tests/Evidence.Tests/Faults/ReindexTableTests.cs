using Evidence.Core.Hashing;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Reindexing;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Faults;

/// <summary>Every durable step of a reindexing, up to the exchange of the folders, crossed with everything that can go wrong in it. Each time the log is opened again in the normal way, and has lost nothing; then it is reindexed to the end, and what the log had at first is in quarantine.</summary>
public sealed class ReindexTableTests(ReindexTableTests.Whole whole) : IClassFixture<ReindexTableTests.Whole>
{
    // What the exchange in steps leaves out of its place for a moment is made from the volumes, and that is said.
    private static readonly string[] Found = [FindingCodes.IndexMissing, FindingCodes.TileMissing];

    private static readonly string[] Replaced = ["index", "tile"];

    public static TheoryData<bool, DiskFault> Refused { get; } = Cross(Enum.GetValues<DiskFault>().Where(f => f is not (DiskFault.PowerCut or DiskFault.ShortWrite)));

    public static TheoryData<bool, AfterCut> Cut { get; } = Cross(Enum.GetValues<AfterCut>());

    [Theory]
    [MemberData(nameof(Refused))]
    public Task Nothing_is_lost_when_a_step_fails_and_the_process_is_killed_and_the_power_goes(bool canExchange, DiskFault fault) => EachAsync(canExchange, fault, (run, at) =>
    {
        if (at % 2 > 0) run.Disk.CutPower((AfterCut)(at / 2 % 4));
        return Task.CompletedTask;
    });

    [Theory]
    [MemberData(nameof(Cut))]
    public Task Nothing_is_lost_when_the_power_goes_in_a_step(bool canExchange, AfterCut what) => EachAsync(canExchange, DiskFault.PowerCut, (run, _) =>
    {
        run.Disk.CutPower(what);
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Folders_that_changed_places_last(bool canExchange)
    {
        await using var run = whole.Copy(0, canExchange);
        await ReindexAsync(run);
        Assert.Equal(canExchange ? 4 : 8, run.Disk.Steps.Count(s => s.Step == DiskStep.MoveFolder));
        run.Disk.CutPower(AfterCut.Dropped);
        run.Disk.Restart();
        await new IngestCheck(run).RunAsync();
    }

    private async Task EachAsync(bool canExchange, DiskFault fault, Func<IngestRun, int, Task> then)
    {
        var failures = new List<string>();
        var steps = await whole.StepsAsync(canExchange);
        for (var at = 0; at < steps.Count; at++)
        {
            await using var run = whole.Copy(at, canExchange);
            foreach (var folder in Replaced) Directory.CreateDirectory(Path.Combine(run.FolderOf("own"), folder, "old-" + folder));
            (run.Disk.Fault, run.Disk.FailAt) = (fault, (null, at));
            try
            {
                await TryReindexAsync(run);
                await then(run, at);
                run.Disk.Restart();
                await new IngestCheck(run).RunAsync(Found);
                run.Disk.Restart();
                await ReindexAsync(run);
                Assert.False(Directory.Exists(run.FolderOf("own/reindex")), "the folder beside is left");
                Assert.All(Replaced, folder => Assert.Single(Directory.GetDirectories(run.FolderOf("own/quarantine"), "old-" + folder, SearchOption.AllDirectories)));
                await new IngestCheck(run).RunAsync();
            }
            catch (Exception e)
            {
                failures.Add($"step {at} of {steps.Count} ({steps[at]}): {e}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static async Task ReindexAsync(IngestRun run)
    {
        using var rebuilt = await LogReindex.BuildAsync(run.FolderOf("own"), new Core.Notes.LogKeyHistory(TestLog.Signer.Key), BulkSha256.Framework, run.Disk, TimeProvider.System, new Progress<ReindexProgress>(), CancellationToken.None);
        rebuilt.Confirm(CancellationToken.None);
        rebuilt.Install(null);
    }

    private static async Task TryReindexAsync(IngestRun run)
    {
        try
        {
            await ReindexAsync(run);
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            // the fault
        }
    }

    private static TheoryData<bool, T> Cross<T>(IEnumerable<T> values)
    {
        var data = new TheoryData<bool, T>();
        foreach (var canExchange in (bool[])[true, false])
            foreach (var value in values) data.Add(canExchange, value);
        return data;
    }

    /// <summary>Logs that were written to the end of the ingest path.</summary>
    public sealed class Whole : IAsyncLifetime
    {
        private readonly IngestRun _run = IngestRun.Create(new SimulatedDisk(0));

        public async Task InitializeAsync()
        {
            await _run.RunAsync();
            await _run.AbandonAsync();
        }

        public async Task DisposeAsync() => await _run.DisposeAsync();

        internal IngestRun Copy(int seed, bool canExchange) => IngestRun.CopyOf(_run, new SimulatedDisk(seed) { CanExchange = canExchange });

        internal async Task<IReadOnlyList<(DiskStep Step, string Path)>> StepsAsync(bool canExchange)
        {
            await using var run = Copy(0, canExchange);
            await ReindexAsync(run);
            return [.. run.Disk.Steps];
        }
    }
}
