using Evidence.Node.Configuration;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Places;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Monitor;

public sealed class SweepSchedulerTests : SweepTestBase
{
    [Fact]
    public async Task A_look_that_fails_is_not_the_last_one()
    {
        var (services, time) = (Node.Services, new FailingOnce());
        var book = services.GetRequiredService<SweepBook>();
        var options = services.GetRequiredService<NodeOptions>() with { Sweep = new SweepOptions(null, 0, MaxAge: TimeSpan.FromSeconds(1)) };
        using var scheduler = new SweepScheduler(
            services.GetRequiredService<Sweeper>(), book, services.GetRequiredService<SweepPlaces>(), Node.Logs, Node.Alerts, options, time, NullLogger<SweepScheduler>.Instance);
        await scheduler.StartAsync(default);
        await Eventually.TrueAsync(() => book.Latest is not null, "a sweep begins");
        Assert.True(time.HasFailed);
        await scheduler.StopAsync(default);
    }

    private sealed class FailingOnce : TimeProvider
    {
        internal bool HasFailed { get; private set; }

        public override DateTimeOffset GetUtcNow()
        {
            if (HasFailed) return base.GetUtcNow();
            HasFailed = true;
            throw new IOException("test");
        }
    }
}
