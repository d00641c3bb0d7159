using Evidence.Core.Verification;

namespace Evidence.Tests.Faults;

/// <summary>
/// Opening logs after a power cut writes: it cuts torn ends off and keeps them aside, syncs, removes what is half done, closes volumes, puts an index aside. Every durable step that it takes anywhere, crossed with everything that can go wrong in it,
/// and then the logs are opened once more: that the first opening did not come to its end may cost nothing.
/// </summary>
public sealed class OpeningTableTests(CutImages images) : IClassFixture<CutImages>
{
    public static TheoryData<DiskFault> Refused { get; } = new(Enum.GetValues<DiskFault>().Where(f => f != DiskFault.PowerCut));

    public static TheoryData<AfterCut> Cut { get; } = new(Enum.GetValues<AfterCut>());

    public static TheoryData<DiskStep> Steps { get; } = new(Enum.GetValues<DiskStep>().Where(s => s is not (DiskStep.RemoveFolder or DiskStep.MoveFolder))); // those are steps of opening alone

    [Fact]
    public void Openings_take_every_kind_of_step() // else the other tests would pass for want of steps
    {
        var taken = images.Openings.Select(o => o.Image.Steps[o.Step]).ToList();
        Assert.Equal(Enum.GetValues<DiskStep>(), taken.Select(s => s.Step).Distinct().Order());
        foreach (var folder in (string[])["own/volumes", "own/quarantine", "own/proofs", "own/staging", "own/tile", "mirror/volumes", "mirror/quarantine", "mirror/tile"])
            Assert.Contains(taken, s => s.Path.StartsWith(folder + "/", StringComparison.Ordinal));
    }

    // With every other step the logs are opened first from what is in the page cache: nothing may rest on that.
    [Theory]
    [MemberData(nameof(Refused))]
    public Task Nothing_is_lost_when_a_step_of_opening_fails_and_the_power_goes(DiskFault fault) => EachAsync(fault, async (run, at) =>
    {
        if ((at + (int)fault) % 2 == 0)
        {
            run.Disk.Restart();
            await CheckAsync(run);
        }

        await CutAsync(run, (AfterCut)(at % 4), at);
    });

    [Theory]
    [MemberData(nameof(Cut))]
    public Task Nothing_is_lost_when_the_power_goes_in_a_step_of_opening(AfterCut what) => EachAsync(DiskFault.PowerCut, (run, at) => CutAsync(run, what, at));

    // The first opening finds in the page cache what the disk does not have.
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Nothing_is_lost_when_the_process_is_killed_in_a_step_and_the_power_goes_in_the_opening_after_it(DiskStep step)
    {
        var failures = new List<string>();
        for (var at = 0; at < images.StepsOf(step); at++)
        {
            await using var run = IngestRun.Create(new SimulatedDisk(at) { Fault = (DiskFault)(at % 5), FailAt = (step, at) });
            await run.RunAsync();
            await run.AbandonAsync();
            var steps = (await CutImages.StepsAsync(run)).Count;
            run.Disk.Restart();
            (run.Disk.Fault, run.Disk.FailAt) = (DiskFault.PowerCut, (null, at * 7 % steps));
            await NoteAsync(failures, $"the opening after {step} {at}", async () =>
            {
                await run.TryOpenAsync();
                await run.AbandonAsync();
                await CutAsync(run, (AfterCut)(at % 4), at);
            });
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static async Task CutAsync(IngestRun run, AfterCut what, int at)
    {
        run.Disk.CutPower(what);
        run.Disk.Restart();
        if (at % 3 > 0) run.LoseIndex(all: at % 3 == 1);
        await CheckAsync(run);
    }

    private static Task CheckAsync(IngestRun run) => new IngestCheck(run).RunAsync(FindingCodes.IndexMissing, FindingCodes.IndexUnreadable);

    private async Task EachAsync(DiskFault fault, Func<IngestRun, int, Task> test)
    {
        var failures = new List<string>();
        foreach (var (image, at) in images.Openings.Where(o => IsKnownTo(o.Image.Steps[o.Step].Step, fault)))
        {
            await using var run = IngestRun.CopyOf(image.Left, new SimulatedDisk(at) { Fault = fault, FailAt = (null, at) });
            await NoteAsync(failures, $"step {at} ({image.Steps[at]}) of opening after {image.Name}", async () =>
            {
                await run.TryOpenAsync();
                await run.AbandonAsync();
                await test(run, at);
                CheckKeptAside(image.Left, run);
            });
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    // A step that cannot fail in this way fails as in another.
    private static bool IsKnownTo(DiskStep step, DiskFault fault) => fault switch
    {
        DiskFault.ShortWrite => step == DiskStep.Write,
        DiskFault.NoSpace => step is DiskStep.Create or DiskStep.Write or DiskStep.Rename or DiskStep.CreateFolder,
        DiskFault.IoError => step is DiskStep.Write or DiskStep.Sync,
        _ => true,
    };

    private static async Task NoteAsync(List<string> failures, string where, Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (Exception e)
        {
            failures.Add($"{where}: {e}");
        }
    }

    // Whatever a volume held is there still, or in quarantine.
    private static void CheckKeptAside(IngestRun left, IngestRun run)
    {
        foreach (var log in (string[])["own", "mirror"])
        {
            var kept = TestFiles.In(run.FolderOf($"{log}/quarantine")).Where(p => Path.GetFileName(p) == "bytes").Select(File.ReadAllBytes).ToList();
            foreach (var path in TestFiles.In(left.FolderOf($"{log}/volumes")).Where(p => p.EndsWith(".tar", StringComparison.Ordinal)))
            {
                var (before, after) = (File.ReadAllBytes(path), File.ReadAllBytes(run.FolderOf($"{log}/volumes/{Path.GetFileName(path)}")));
                var same = before.AsSpan().CommonPrefixLength(after);
                Assert.True(same == before.Length || kept.Exists(k => k.Length >= before.Length - same && before.AsSpan().EndsWith(k)), $"bytes of {path} from {same} on are nowhere");
            }
        }
    }
}
