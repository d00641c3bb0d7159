using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Alerting.Delivering;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Monitor.Alerting;

public sealed class DeliveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Expire = TimeSpan.FromDays(1);
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private AlertBook _book = null!;

    public async Task InitializeAsync() => _book = await AlertBook.LoadAsync(_folder.At("monitor"), _time, NullLogger<AlertBook>.Instance, default);

    public Task DisposeAsync()
    {
        _book.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_receiver_hears_of_each_piece_of_news_once()
    {
        var receiver = new FakeReceiver();
        var delivery = Of(receiver);
        var alert = await OpenAsync("a");
        await DrainAsync(delivery);
        await OpenAsync("a");
        await _book.AcknowledgeAsync(alert.Id, "wang", "", default);
        await DrainAsync(delivery);
        await _book.CloseAsync("a", "sweep-1", "mended", default);
        await DrainAsync(delivery);
        Assert.Equal([(true, false), (true, true), (false, true)], receiver.Taken.Select(taken => (taken.IsOpen, taken.Acknowledged is not null)));
    }

    [Fact]
    public async Task What_did_not_arrive_waits_over_a_restart_and_comes_in_its_newest_state()
    {
        var receiver = new FakeReceiver { Failure = _ => new DeliveryException("it is away.") };
        await OpenAsync("told");
        await DrainAsync(Of(new FakeReceiver()));
        await OpenAsync("a");
        await DrainAsync(Of(receiver));
        await _book.CloseAsync("a", "sweep-1", "mended", default);
        receiver.Failure = _ => null;
        await DrainAsync(Of(receiver));
        Assert.Equal(["a"], receiver.Taken.Select(taken => taken.Cause));
        Assert.Equal("mended", receiver.Taken[0].Repair);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_after_pauses_that_grow_to_a_limit()
    {
        var receiver = new FakeReceiver { Failure = _ => new DeliveryException("it is away.") };
        var delivery = Of(receiver);
        await OpenAsync("a");
        var attempts = new List<double>();
        for (var second = 0; second < 4000; second++)
        {
            var before = receiver.Attempts;
            await delivery.StepAsync(default);
            if (receiver.Attempts > before) attempts.Add(second);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        var pauses = attempts.Zip(attempts.Skip(1), (a, b) => b - a).ToList();
        Assert.Equal([1, 2, 4, 8], pauses.Take(4));
        Assert.Equal(Delivery.LongestPause.TotalSeconds, pauses.Max());
    }

    [Fact]
    public async Task A_receiver_that_goes_on_failing_is_an_alert_that_others_hear_of_and_that_a_delivery_closes()
    {
        var (broken, other) = (new FakeReceiver { Name = "broken", Failure = _ => new DeliveryException("it answered with HTTP 500.") }, new FakeReceiver());
        var (delivery, others) = (Of(broken), Of(other));
        await OpenAsync("a");
        await StepForAsync(delivery, Delivery.Patience - TimeSpan.FromSeconds(1));
        Assert.Null(_book.FindOpen("alert-delivery-failed:broken"));
        await StepForAsync(delivery, TimeSpan.FromMinutes(10));
        Assert.Contains("HTTP 500", _book.FindOpen("alert-delivery-failed:broken")!.Message, StringComparison.Ordinal);
        await DrainAsync(others);
        Assert.Contains("alert-delivery-failed:broken", other.Taken.Select(taken => taken.Cause));
        broken.Failure = _ => null;
        await StepForAsync(delivery, Delivery.LongestPause);
        Assert.Null(_book.FindOpen("alert-delivery-failed:broken"));
        Assert.Contains("a", broken.Taken.Select(taken => taken.Cause));
    }

    [Fact]
    public async Task What_is_past_and_too_old_is_given_up_and_that_is_an_alert_itself()
    {
        var receiver = new FakeReceiver { Failure = _ => new DeliveryException("it is away.") };
        var delivery = Of(receiver);
        await OpenAsync("a");
        await delivery.StepAsync(default);
        await _book.CloseAsync("a", "sweep-1", "mended", default);
        _time.Advance(Expire);
        await delivery.StepAsync(default);
        Assert.Contains("given up", _book.FindOpen("alert-delivery-failed:desk")!.Message, StringComparison.Ordinal);
        receiver.Failure = _ => null;
        await StepForAsync(Of(receiver), TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("a", receiver.Taken.Select(taken => taken.Cause));
    }

    [Fact]
    public async Task News_of_what_is_still_open_is_never_given_up()
    {
        var receiver = new FakeReceiver { Failure = _ => new DeliveryException("it is away.") };
        var delivery = Of(receiver);
        await OpenAsync("a");
        await delivery.StepAsync(default);
        _time.Advance(Expire);
        await delivery.StepAsync(default);
        receiver.Failure = _ => null;
        await StepForAsync(delivery, Delivery.LongestPause);
        Assert.Contains("a", receiver.Taken.Select(taken => taken.Cause));
    }

    [Fact]
    public async Task A_node_that_was_away_for_long_tells_what_it_has_to_tell()
    {
        await OpenAsync("a");
        _time.Advance(Expire * 3);
        var receiver = new FakeReceiver();
        await DrainAsync(Of(receiver));
        Assert.Equal("a", Assert.Single(receiver.Taken).Cause);
    }

    [Fact]
    public async Task A_message_that_is_refused_holds_up_no_other()
    {
        var receiver = new FakeReceiver { Failure = alert => alert.Cause == "a" ? new DeliveryException("it answered with HTTP 422.", isRefusal: true) : null };
        var delivery = Of(receiver);
        await OpenAsync("a");
        await OpenAsync("b");
        await StepForAsync(delivery, TimeSpan.FromSeconds(10));
        Assert.Equal(["b"], receiver.Taken.Select(taken => taken.Cause));
        receiver.Failure = _ => null;
        await StepForAsync(delivery, Delivery.LongestPause);
        Assert.Equal(["b", "a"], receiver.Taken.Select(taken => taken.Cause));
    }

    [Fact]
    public async Task A_receiver_hears_only_what_it_asked_for_and_of_that_also_the_end()
    {
        var (grave, escalated) = (new FakeReceiver(Severity.Error), new FakeReceiver(onlyEscalated: true) { Name = "chief" });
        var (graves, chiefs) = (Of(grave), Of(escalated));
        var warning = await _book.OpenAsync("a", Severity.Warning, "", "It may be.", [], default);
        await DrainAsync(graves);
        await DrainAsync(chiefs);
        Assert.Empty(grave.Taken.Concat(escalated.Taken));
        await _book.EscalateAsync(warning.Id, default);
        await _book.CloseAsync("a", "a check", "", default);
        await DrainAsync(graves);
        await DrainAsync(chiefs);
        Assert.Equal([false], grave.Taken.Select(taken => taken.IsOpen));
        Assert.Equal([false], escalated.Taken.Select(taken => taken.IsOpen));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("damaged")]
    public async Task A_receiver_without_marks_hears_of_what_is_open_and_not_of_the_past(string? marks)
    {
        await OpenAsync("past");
        await _book.CloseAsync("past", "a check", "", default);
        await OpenAsync("now");
        Directory.CreateDirectory(_folder.At("delivered"));
        if (marks is not null) File.WriteAllText(_folder.At("delivered", "desk.json"), marks);
        var receiver = new FakeReceiver();
        await DrainAsync(Of(receiver));
        string[] heard = marks is null ? ["now"] : ["now", "journal-damaged:desk.json"];
        Assert.Equal(heard, receiver.Taken.Select(taken => taken.Cause));
    }

    [Fact]
    public async Task An_alert_on_a_receiver_that_the_configuration_no_longer_names_is_closed()
    {
        await _book.OpenAsync(Delivery.CauseOf("gone"), Severity.Error, "", "It fails.", [], default);
        using var worker = new DeliveryWorker(_book, [new FakeReceiver()], _folder.At("delivered"), Expire, _time, NullLogger<DeliveryWorker>.Instance);
        await worker.StartAsync(default);
        await Eventually.TrueAsync(() => _book.FindOpen(Delivery.CauseOf("gone")) is null, "the alert is closed");
        await worker.StopAsync(default);
    }

    [Fact]
    public async Task A_disk_that_fails_at_the_start_ends_no_delivery()
    {
        await OpenAsync("a");
        await File.WriteAllTextAsync(_folder.At("delivered"), "no folder can be here");
        var (receiver, log) = (new FakeReceiver(), new CountingLogger());
        using var worker = new DeliveryWorker(_book, [receiver], _folder.At("delivered"), Expire, _time, log);
        await worker.StartAsync(default);
        await Eventually.TrueAsync(() => log.Failures > 0, "the failure is logged");
        File.Delete(_folder.At("delivered"));
        await Eventually.TrueAsync(() => receiver.Taken.Count == 1, "the alert is delivered");
        await worker.StopAsync(default);
    }

    [Fact]
    public async Task Nobody_acknowledges_and_it_is_escalated_again_after_each_period()
    {
        var watch = new EscalationWatch(_book, TimeSpan.FromMinutes(30), _time, NullLogger<EscalationWatch>.Instance);
        var (receiver, alert) = (new FakeReceiver(onlyEscalated: true), await _book.OpenAsync("a", Severity.Warning, "", "It may be.", [], default));
        var delivery = Of(receiver);
        await _book.OpenAsync("info", Severity.Info, "", "Nothing.", [], default);
        for (var minute = 0; minute < 100; minute++)
        {
            await watch.LookAsync(default);
            await DrainAsync(delivery);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal([1, 2, 3], receiver.Taken.Select(taken => taken.Escalations));
        Assert.All(receiver.Taken, taken => Assert.Equal((alert.Id, Severity.Error), (taken.Id, taken.Weight)));
        await _book.AcknowledgeAsync(alert.Id, "wang", "", default);
        _time.Advance(TimeSpan.FromHours(5));
        await watch.LookAsync(default);
        Assert.Equal(3, _book.FindOpen("a")!.Escalations);
    }

    private Delivery Of(IAlertReceiver receiver) =>
        new(_book, receiver, DeliveryMarks.Load(_folder.At("delivered", $"{receiver.Name}.json"), _book), Expire, _time, NullLogger.Instance);

    private Task<Alert> OpenAsync(string cause) => _book.OpenAsync(cause, Severity.Error, "", $"{cause} is wrong.", [], default);

    private static async Task DrainAsync(Delivery delivery)
    {
        while (await delivery.StepAsync(default))
        {
            // the next one
        }
    }

    private async Task StepForAsync(Delivery delivery, TimeSpan time)
    {
        for (var end = _time.GetUtcNow() + time; _time.GetUtcNow() < end; _time.Advance(TimeSpan.FromSeconds(1))) await DrainAsync(delivery);
    }

    private sealed class CountingLogger : ILogger<DeliveryWorker>
    {
        internal volatile int Failures;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error) Failures++;
        }
    }
}
