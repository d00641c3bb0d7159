using Evidence.Bench;
using Evidence.Bench.Goals;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Reporting;

namespace Evidence.Tests.Bench;

public sealed class BenchCommandTests
{
    [Theory]
    [InlineData("P99")]
    [InlineData("P4", "P99")]
    [InlineData("--no-such-option")]
    [InlineData("--rounds", "0")]
    public async Task What_cannot_be_measured_by_that_name_is_a_usage_error(params string[] arguments) =>
        Assert.Equal(2, await BenchCommand.RunAsync(arguments, TimeProvider.System));

    [Fact]
    public void Goals_are_found_in_any_case_and_measured_in_their_own_order()
    {
        var (goals, unknown) = GoalBook.Choose(["p4", "P9"]);
        Assert.Null(unknown);
        Assert.Equal(["P9", "P4"], goals!.Select(g => g.Name));
    }

    [Fact]
    public void Every_goal_has_a_name_of_its_own() => Assert.Equal(GoalBook.All.Count, GoalBook.All.Select(g => g.Name).Distinct().Count());

    [Fact]
    public async Task A_goal_that_fails_gives_no_figure_and_the_others_are_measured()
    {
        var lines = new List<string>();
        var report = await Run(lines, new FakeGoal("X1", null), new FakeGoal("X2", 2), new FakeGoal("X3", 0.5));

        Assert.Equal(["X1  could not measure: no such peer", "X2  2.00  goal 1.00  ok", "X3  0.50  goal 1.00  short"], lines);
        Assert.Equal(4, report.ExitCode);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0.5, 1)]
    public async Task The_exit_code_says_whether_all_goals_are_met(double value, int code) =>
        Assert.Equal(code, (await Run([], new FakeGoal("X1", 2), new FakeGoal("X2", value))).ExitCode);

    [Fact]
    public async Task Nothing_is_left_of_a_run_that_is_stopped()
    {
        var goal = new FakeGoal("X", 1) { Stop = new CancellationTokenSource() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new BenchRun([goal], 1, TimeProvider.System).RunAsync(_ => { }, _ => { }, goal.Stop.Token));
        Assert.NotNull(goal.Folder);
        Assert.False(Directory.Exists(goal.Folder));
    }

    [Fact]
    public void The_peak_memory_and_the_cpu_time_are_read_from_the_kernels_text()
    {
        Assert.Equal(123_456L * 1024, ProcessFigures.ParsePeak(["VmPeak:\t  999999 kB", "VmHWM:\t  123456 kB", "VmRSS:\t   1 kB"]));
        Assert.Equal(3.5, ProcessFigures.ParseCpu("4711 (a ) b) S 1 4711 4711 0 -1 4194560 1000 0 0 0 300 50 7 8 20 0 30 0 100 0 0"));
    }

    [Fact]
    public void A_disk_is_quiet_when_nothing_was_read_written_or_discarded() =>
        Assert.Equal(10 + 200 + 3000 + 5, DiskActivity.Count(
        [
            " 254       0 vda 1 1 10 1 1 1 200 1 0 1 1 1 1 3000 1 1 1",
            "   7       0 loop0 1 1 5 1 1 1 0 1 0 1 1",
        ]));

    [Fact]
    public void The_file_system_is_that_of_the_nearest_mount()
    {
        string[] mounts = ["22 1 254:0 / / rw,relatime - ext4 /dev/vda rw", "30 22 0:30 / /tmp rw shared:1 - tmpfs tmpfs rw", "31 22 0:31 / /tmpdir rw - xfs /dev/vdb rw"];
        Assert.Equal("tmpfs on /tmp", Machine.MountOf(mounts, "/tmp/evidence"));
        Assert.Equal("ext4 on /", Machine.MountOf(mounts, "/tm"));
    }

    private static Task<Report> Run(List<string> lines, params IGoal[] goals) =>
        new BenchRun(goals, 1, TimeProvider.System).RunAsync(lines.Add, _ => { }, CancellationToken.None);

    private sealed class FakeGoal(string name, double? value) : IGoal
    {
        public string Name => name;

        public string Title => "a goal of the tests";

        internal CancellationTokenSource? Stop { get; init; }

        internal string? Folder { get; private set; }

        public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
        {
            Folder = context.FreshFolder("fake");
            if (Stop is not null) await Stop.CancelAsync();
            ct.ThrowIfCancellationRequested();
            return value is { } v ? new GoalResult([new Figure("", v, Sense.AtLeast, 1, 3)], []) : throw new NotMeasuredException("no such peer");
        }
    }
}
