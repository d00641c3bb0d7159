using Spectre.Console;

namespace Evidence.Cli;

/// <summary>A step of a long command.</summary>
/// <param name="Amount">How much of the total it was.</param>
/// <param name="Line">What a plain output says of it; null: nothing.</param>
/// <param name="Title">What stands before the bar from now on; null: what stood there.</param>
/// <param name="Begins">Whether another stage begins with it, which counts from 0 again.</param>
internal sealed record Step(double Amount, string? Line = null, string? Title = null, bool Begins = false);

/// <summary>Shows how far a long command is: a bar on a terminal, lines in a pipe, nothing for programs.</summary>
internal static class ProgressBar
{
    internal static Task RunAsync(Session session, string title, double total, Func<IProgress<Step>, Task> work, bool areBytes = false)
    {
        if (session.Json) return work(new Lines(_ => { }));
        if (!session.Console.Profile.Capabilities.Interactive) return work(new Lines(session.Say));
        return OnTerminalAsync(session.Console, title, total, work, areBytes);
    }

    internal static Task OnTerminalAsync(IAnsiConsole console, string title, double total, Func<IProgress<Step>, Task> work, bool areBytes = false) =>
        console.Progress()
            .Columns([new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), .. areBytes ? [new TransferSpeedColumn()] : Array.Empty<ProgressColumn>(), new RemainingTimeColumn()])
            .StartAsync(async context => await work(new Bar(context, title, Math.Max(total, 1))));

    private sealed class Lines(Action<string> write) : IProgress<Step>
    {
        private readonly Lock _lock = new();

        public void Report(Step value)
        {
            if (value.Line is null) return;
            lock (_lock) write(value.Line);
        }
    }

    private sealed class Bar(ProgressContext context, string title, double total) : IProgress<Step>
    {
        private ProgressTask _task = context.AddTask(Markup.Escape(title), maxValue: total);

        public void Report(Step value)
        {
            if (value.Begins && _task.Value > 0) _task = context.AddTask(Markup.Escape(title), maxValue: total); // the time left is judged by the steps of one bar
            if (value.Title is { } now) _task.Description = Markup.Escape(now);
            _task.Increment(value.Amount);
        }
    }
}
