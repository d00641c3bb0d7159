namespace Evidence.Node.Monitoring;

/// <summary>Runs sweeps, one at a time, and tells what became of them.</summary>
internal sealed partial class Sweeper(SweepBook book, ILogger<Sweeper> logger)
{
    /// <summary>Starts a sweep, or names the one that is running.</summary>
    internal Task<SweepState> StartAsync(CancellationToken ct) => throw new NotImplementedException(book.ToString() + logger);
}
