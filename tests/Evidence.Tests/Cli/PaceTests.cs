using Evidence.Cli;
using Evidence.Storage.Reindexing;

namespace Evidence.Tests.Cli;

public sealed class PaceTests
{
    private readonly HandTimestamp _time = new();

    [Fact]
    public void Says_a_line_at_the_beginning_and_the_end_of_a_stage_and_else_every_two_seconds()
    {
        var pace = new Heard(_time);
        var said = new List<string?>();
        for (var done = 0; done <= 10; done++, _time.Seconds++) said.Add(pace.Next(Volumes(done * 10_000_000, 100_000_000)).Line);
        Assert.Equal([0, 2, 4, 6, 8, 10], said.Index().Where(s => s.Item is not null).Select(s => s.Index));
        Assert.Equal("one, reading volumes, 0 MB/s: 0 %", said[0]);
        Assert.Equal("one, reading volumes, 10 MB/s: 40 %, 6 s left", said[4]);
        Assert.Equal("one, reading volumes, 10 MB/s: 100 %, 0 s left", said[10]);
        Assert.StartsWith("one, building the tree", pace.Next(Tree(1, 10)).Line, StringComparison.Ordinal); // at once: it is another stage
    }

    [Fact]
    public void Every_stage_of_every_log_goes_from_0_to_100_at_its_own_pace()
    {
        var pace = new Heard(_time);
        Assert.Equal((50, true), Counted(pace.Next(Volumes(50, 100))));
        Assert.Equal((50, false), Counted(pace.Next(Volumes(100, 100))));
        _time.Seconds = 1000;
        Assert.Equal((25, true), Counted(pace.Next(Tree(1, 4))));
        _time.Seconds = 1001;
        var last = pace.Next(Tree(4, 4));
        Assert.Equal((75, "one, building the tree, 3 leaves/s"), (last.Amount, last.Title));
        Assert.Equal("one, confirming its root, 0 leaves/s", pace.Next(new ReindexProgress("one", ReindexStage.Confirmation, 1, 4)).Title);
        Assert.Equal("other, reading volumes, 0 MB/s", pace.Next(new ReindexProgress("other", ReindexStage.Volumes, 0, 0)).Title);
        Assert.Equal((100, true), Counted(pace.Next(new ReindexProgress("other", ReindexStage.Tree, 0, 0)))); // nothing to do is done
    }

    [Fact]
    public void What_an_earlier_run_has_done_is_no_part_of_the_rate()
    {
        var pace = new Heard(_time);
        pace.Next(Volumes(600_000_000, 1_000_000_000));
        _time.Seconds = 20;
        Assert.Equal("one, reading volumes, 10 MB/s: 80 %, 20 s left", pace.Next(Volumes(800_000_000, 1_000_000_000)).Line);
    }

    private static (double Amount, bool Begins) Counted(Step step) => (step.Amount, step.Begins);

    private static ReindexProgress Volumes(long done, long total) => new("one", ReindexStage.Volumes, done, total);

    private static ReindexProgress Tree(long done, long total) => new("one", ReindexStage.Tree, done, total);

    private sealed class Heard(TimeProvider time) : IProgress<Step>
    {
        private Pace<ReindexProgress>? _pace;
        private Step? _last;

        internal Step Next(ReindexProgress progress)
        {
            _pace ??= new Pace<ReindexProgress>(this, time, ReindexView.Stage);
            _pace.Report(progress);
            return _last!;
        }

        public void Report(Step value) => _last = value;
    }

    private sealed class HandTimestamp : TimeProvider
    {
        internal long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
