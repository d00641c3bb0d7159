using Spectre.Console;

namespace Evidence.Cli;

/// <summary>A step of a long command.</summary>
/// <param name="Amount">How much of the total it was.</param>
/// <param name="Line">What a plain output says of it; null: nothing.</param>
/// <param name="Title">What stands before the bar from now on; null: what stood there.</param>
internal sealed record Step(double Amount, string? Line = null, string? Title = null);

/// <summary>Shows how far a long command is: a bar on a terminal, lines in a pipe, nothing for programs.</summary>
internal static class ProgressBar
{
    internal static Task RunAsync(Session session, string title, double total, Func<IProgress<Step>, Task> work, bool areBytes = false)
    {
        if (session.Json) return work(new Lines(_ => { }));
        if (!session.Console.Profile.Capabilities.Interactive) return work(new Lines(session.Console.WriteLine));
        return session.Console.Progress()
            .Columns([new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), .. areBytes ? [new TransferSpeedColumn()] : Array.Empty<ProgressColumn>(), new RemainingTimeColumn()])
            .StartAsync(async context => await work(new Bar(context.AddTask(Markup.Escape(title), maxValue: Math.Max(total, 1)))));
    }

    private sealed class Lines(Action<string> write) : IProgress<Step>
    {
        private readonly Lock _lock = new();

        public void Report(Step value)
        {
            if (value.Line is null) return;
            lock (_lock) write(value.Line);
        }
    }

    private sealed class Bar(ProgressTask task) : IProgress<Step>
    {
        public void Report(Step value)
        {
            if (value.Title is { } title) task.Description = Markup.Escape(title);
            task.Increment(value.Amount);
        }
    }
}
