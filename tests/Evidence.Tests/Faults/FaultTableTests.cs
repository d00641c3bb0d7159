using Evidence.Core.Verification;

namespace Evidence.Tests.Faults;

/// <summary>
/// Every durable step of the whole ingest path, crossed with everything that can go wrong in it. Each time the logs are opened again in the normal way, and nothing that was acknowledged may be missing,
/// nothing that was not sent may be there, and the logs go on.
/// </summary>
public sealed class FaultTableTests(FaultTableTests.Grown grown) : IClassFixture<FaultTableTests.Grown>
{
    public static TheoryData<DiskStep, DiskFault> Refused { get; } = Cross<DiskFault>((s, f) => f != DiskFault.PowerCut && (s == DiskStep.Write || f != DiskFault.ShortWrite));

    public static TheoryData<DiskStep, AfterCut> Cut { get; } = Cross<AfterCut>((_, _) => true);

    // With every other step the process is killed first and the logs go on from what is in the page cache: nothing may rest on that.
    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Nothing_acknowledged_is_lost_when_a_step_fails_and_the_process_is_killed_and_the_power_goes(DiskStep step, DiskFault fault) =>
        await EachAsync(step, async (run, at) =>
        {
            (run.Disk.FailAt, run.Disk.Fault) = ((step, at), fault);
            await run.RunAsync();
            await run.AbandonAsync();
            if ((at + (int)fault) % 2 == 0)
            {
                run.Disk.Restart();
                await new IngestCheck(run).RunAsync();
            }

            await CutAsync(run, (AfterCut)(at % 4), at);
        });

    [Theory]
    [MemberData(nameof(Cut))]
    public async Task Nothing_acknowledged_is_lost_when_the_power_goes_in_a_step(DiskStep step, AfterCut what) =>
        await EachAsync(step, async (run, at) =>
        {
            (run.Disk.FailAt, run.Disk.Fault) = ((step, at), DiskFault.PowerCut);
            await run.RunAsync();
            await run.AbandonAsync();
            await CutAsync(run, what, at);
        });

    private static async Task CutAsync(IngestRun run, AfterCut what, int at)
    {
        run.Disk.CutPower(what);
        run.Disk.Restart();
        var index = at % 3;
        if (index > 0) run.LoseIndex(all: index == 1);
        await new IngestCheck(run).RunAsync(index == 0 ? [] : [FindingCodes.IndexMissing]);
    }

    private async Task EachAsync(DiskStep step, Func<IngestRun, int, Task> test)
    {
        var failures = new List<string>();
        foreach (var before in (IngestRun?[])[null, grown.Run])
        {
            var paths = (before is null ? grown.FirstSteps : grown.LaterSteps).Where(s => s.Step == step).Select(s => s.Path).ToList();
            for (var at = 0; at < paths.Count; at++)
            {
                await using var run = IngestRun.Create(new SimulatedDisk(at), before);
                try
                {
                    await test(run, at);
                }
                catch (Exception e)
                {
                    failures.Add($"{step} {at} of {paths.Count} ({paths[at]}) of the {(before is null ? "first" : "later")} run: {e}");
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static TheoryData<DiskStep, T> Cross<T>(Func<DiskStep, T, bool> wanted) where T : struct, Enum
    {
        var data = new TheoryData<DiskStep, T>();
        foreach (var step in Enum.GetValues<DiskStep>().Where(s => s != DiskStep.MoveFolder)) // which opening and reindexing do
            foreach (var value in Enum.GetValues<T>().Where(v => wanted(step, v))) data.Add(step, value);
        return data;
    }

    /// <summary>A log that has grown so far that a tile becomes full within the next run, and the steps that runs take.</summary>
    public sealed class Grown : IAsyncLifetime
    {
        private const int Records = 252;

        internal IngestRun Run { get; } = IngestRun.Create(new SimulatedDisk(0), volumeBytes: 1 << 20);

        internal IReadOnlyList<(DiskStep Step, string Path)> FirstSteps { get; private set; } = [];

        internal IReadOnlyList<(DiskStep Step, string Path)> LaterSteps { get; private set; } = [];

        public async Task InitializeAsync()
        {
            await Run.OpenAsync();
            for (var i = 0; i < Records; i++) await Run.AppendAsync(8);
            await Run.PublishAsync();
            await Run.MirrorAsync();
            await Run.AbandonAsync();
            FirstSteps = await StepsAsync(null);
            LaterSteps = await StepsAsync(Run);
        }

        public async Task DisposeAsync() => await Run.DisposeAsync();

        private static async Task<List<(DiskStep Step, string Path)>> StepsAsync(IngestRun? before)
        {
            await using var run = IngestRun.Create(new SimulatedDisk(0), before);
            await run.RunAsync();
            Assert.Equal(before is null ? 9 : 4, run.Acknowledged.Count);
            return [.. run.Disk.Steps.Select(s => (s.Step, Path.GetRelativePath(run.FolderOf(""), s.Path)))];
        }
    }
}
