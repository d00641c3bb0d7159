namespace Evidence.Tests.Faults;

/// <summary>Every durable step of uploads that can be resumed, crossed with everything that can go wrong in it. Each time the log is opened again, and no upload may be missing, none may have fewer bytes than were said to be kept, and each can be finished.</summary>
public sealed class UploadTableTests
{
    public static TheoryData<DiskStep, DiskFault> Refused { get; } = Cross<DiskFault>((s, f) => f != DiskFault.PowerCut && (s == DiskStep.Write || f != DiskFault.ShortWrite));

    public static TheoryData<DiskStep, AfterCut> Cut { get; } = Cross<AfterCut>((_, _) => true);

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task No_upload_is_lost_when_a_step_fails_and_the_process_is_killed_and_the_power_goes(DiskStep step, DiskFault fault)
    {
        await EachAsync(step, fault, (run, at) =>
        {
            if ((at + (int)fault) % 2 > 0) run.Disk.CutPower((AfterCut)(at / 2 % 4));
            run.Disk.Restart();
            return run.CheckAsync();
        });
    }

    [Theory]
    [MemberData(nameof(Cut))]
    public async Task No_upload_is_lost_when_the_power_goes_in_a_step(DiskStep step, AfterCut what) => await EachAsync(step, DiskFault.PowerCut, (run, _) =>
    {
        run.Disk.CutPower(what);
        run.Disk.Restart();
        return run.CheckAsync();
    });

    private static async Task EachAsync(DiskStep step, DiskFault fault, Func<UploadRun, int, Task> test)
    {
        var paths = await PathsAsync(step);
        var failures = new List<string>();
        for (var at = 0; at < paths.Count; at++)
        {
            await using var run = new UploadRun(new SimulatedDisk(at) { FailAt = (step, at), Fault = fault });
            try
            {
                await run.RunAsync();
                await run.AbandonAsync();
                await test(run, at);
            }
            catch (Exception e)
            {
                failures.Add($"{step} {at} of {paths.Count} ({paths[at]}): {e}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static async Task<List<string>> PathsAsync(DiskStep step)
    {
        await using var run = new UploadRun(new SimulatedDisk(0));
        await run.RunAsync();
        Assert.Equal((3, 2), run.Told);
        var paths = run.Disk.Steps.Where(s => s.Step == step).Select(s => s.Path).ToList();
        Assert.NotEmpty(paths);
        return paths;
    }

    private static TheoryData<DiskStep, T> Cross<T>(Func<DiskStep, T, bool> wanted) where T : struct, Enum
    {
        var data = new TheoryData<DiskStep, T>();
        foreach (var step in Enum.GetValues<DiskStep>().Where(s => s is not (DiskStep.RemoveFolder or DiskStep.MoveFolder))) // no upload has a folder of its own
            foreach (var value in Enum.GetValues<T>().Where(v => wanted(step, v))) data.Add(step, value);
        return data;
    }
}
