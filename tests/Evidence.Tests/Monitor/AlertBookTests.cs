using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Monitor;

public sealed class AlertBookTests : IDisposable
{
    private const string Cause = "volume-damaged:evidence.test/node1:1:512";
    private static readonly Finding Damage = new(FindingCodes.PartChanged, Severity.Error, Layer.Content, "c0001", "The part differs.", "aa", "bb");
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Opens_one_alert_for_a_fault_that_is_found_twice()
    {
        using var book = await LoadAsync();
        var first = await OpenAsync(book);
        var second = await OpenAsync(book);
        Assert.Equal(first, second);
        Assert.Single(book.All);
    }

    [Fact]
    public async Task Brings_an_open_alert_up_to_date()
    {
        using var book = await LoadAsync();
        await OpenAsync(book);
        await book.OpenAsync(Cause, Severity.Error, "evidence.test/node1", "It is unrecoverable.", [Damage], CancellationToken.None);
        Assert.Equal("It is unrecoverable.", Assert.Single(book.All).Message);
    }

    [Fact]
    public async Task Opens_another_alert_when_a_closed_fault_comes_back()
    {
        using var book = await LoadAsync();
        await OpenAsync(book);
        await book.CloseAsync(Cause, "sweep-1", "mended", CancellationToken.None);
        await OpenAsync(book);
        Assert.Equal([false, true], book.All.Select(alert => alert.IsOpen));
        Assert.Equal(2, book.All.Select(alert => alert.Id).Distinct().Count());
    }

    [Fact]
    public async Task Closing_what_is_not_open_does_nothing()
    {
        using var book = await LoadAsync();
        await book.CloseAsync(Cause, "sweep-1", "", CancellationToken.None);
        Assert.Empty(book.All);
    }

    [Fact]
    public async Task Keeps_open_and_closed_alerts_over_a_restart()
    {
        IReadOnlyList<Alert> before;
        using (var book = await LoadAsync())
        {
            await OpenAsync(book);
            _time.Advance(TimeSpan.FromSeconds(5));
            await book.CloseAsync(Cause, "sweep-1", "mended from node2", CancellationToken.None);
            await book.OpenAsync("peer-down:node3", Severity.Warning, "", "Peer node3 is silent.", [], CancellationToken.None);
            before = book.All;
        }
        using var after = await LoadAsync();
        Assert.Equivalent(before, after.All, strict: true);
        Assert.NotNull(after.FindOpen("peer-down:node3"));
        Assert.Null(after.FindOpen(Cause));
    }

    [Fact]
    public async Task Tells_watchers_of_opening_and_closing()
    {
        using var book = await LoadAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var watch = book.Watch(patience.Token).GetAsyncEnumerator(patience.Token);
        var next = watch.MoveNextAsync();
        await OpenAsync(book);
        Assert.True(await next);
        Assert.True(watch.Current.IsOpen);
        await book.CloseAsync(Cause, "sweep-1", "mended", CancellationToken.None);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("mended", watch.Current.Repair);
    }

    [Fact]
    public async Task Carries_the_first_findings_counts_all_and_lists_the_rest_in_pages()
    {
        var findings = Many(2500);
        using (var book = await LoadAsync()) await book.OpenAsync(Cause, Severity.Error, "", "Many.", findings, default);
        using var after = await LoadAsync();
        var alert = after.FindOpen(Cause)!;
        Assert.Equal(findings.Take(Alert.MaxFindings), alert.Findings);
        Assert.Equal(2500, alert.FindingsTotal);
        var (listed, from) = (new List<Finding>(), (long?)0);
        while (from is { } at)
        {
            var page = after.ReadFindings(alert, at, 999);
            listed.AddRange(page.Findings);
            from = page.Next;
        }
        Assert.Equal(findings, listed);
    }

    [Fact]
    public async Task Keeps_the_findings_of_the_latest_statement_only()
    {
        using var book = await LoadAsync();
        await book.OpenAsync(Cause, Severity.Error, "", "Many.", Many(50), default);
        await book.OpenAsync(Cause, Severity.Error, "", "Fewer.", Many(30), default);
        Assert.Equal(30, book.ReadFindings(book.FindOpen(Cause)!, 0, 100).Findings.Count);
        Assert.Single(Directory.GetFiles(_folder.At("monitor", "findings")));
    }

    [Fact]
    public async Task Removes_files_of_findings_that_a_crash_left_behind()
    {
        using (var book = await LoadAsync()) await book.OpenAsync(Cause, Severity.Error, "", "Many.", Many(50), default);
        File.WriteAllText(_folder.At("monitor", "findings", "alert-1.2.jsonl"), "{}");
        File.WriteAllText(_folder.At("monitor", "findings", "alert-1.3.jsonl.tmp"), "{");
        using var after = await LoadAsync();
        Assert.Equal([_folder.At("monitor", "findings", "alert-1.1.jsonl")], Directory.GetFiles(_folder.At("monitor", "findings")));
    }

    [Fact]
    public async Task An_acknowledgement_outlives_a_restart_and_closes_nothing()
    {
        using (var book = await LoadAsync())
        {
            var opened = await OpenAsync(book);
            _time.Advance(TimeSpan.FromSeconds(3));
            await book.AcknowledgeAsync(opened.Id, "王芳", "The disk is ordered.", default);
        }
        using var after = await LoadAsync();
        var alert = after.FindOpen(Cause)!;
        Assert.Equal(new Acknowledgement("王芳", "The disk is ordered.", _time.GetUtcNow()), alert.Acknowledged);
        await after.CloseAsync(Cause, "sweep-1", "", default);
        Assert.Null(await after.AcknowledgeAsync(alert.Id, "王芳", "", default));
    }

    [Fact]
    public async Task An_alert_that_becomes_graver_has_to_be_acknowledged_again()
    {
        using var book = await LoadAsync();
        var alert = await book.OpenAsync(Cause, Severity.Warning, "", "It may be damaged.", [], default);
        await book.AcknowledgeAsync(alert.Id, "wang", "", default);
        await book.OpenAsync(Cause, Severity.Warning, "", "It may be damaged in two places.", [], default);
        Assert.NotNull(book.FindOpen(Cause)!.Acknowledged);
        await book.OpenAsync(Cause, Severity.Error, "", "It is damaged.", [], default);
        Assert.Null(book.FindOpen(Cause)!.Acknowledged);
    }

    [Fact]
    public async Task An_alert_of_which_more_is_found_has_to_be_acknowledged_again()
    {
        using var book = await LoadAsync();
        var finding = new Finding(FindingCodes.VolumeChanged, Severity.Error, Layer.Storage, "volume 1", "It is damaged.");
        var alert = await book.OpenAsync(Cause, Severity.Error, "", "It is damaged.", [finding], default);
        await book.AcknowledgeAsync(alert.Id, "wang", "", default);
        await book.OpenAsync(Cause, Severity.Error, "", "It is damaged.", [finding], default);
        Assert.NotNull(book.FindOpen(Cause)!.Acknowledged);
        await book.OpenAsync(Cause, Severity.Error, "", "It is damaged.", [finding, finding with { Subject = "volume 2" }], default);
        Assert.Null(book.FindOpen(Cause)!.Acknowledged);
    }

    [Fact]
    public async Task An_escalation_outlives_a_restart_and_ends_with_the_acknowledgement()
    {
        using (var book = await LoadAsync())
        {
            var alert = await book.OpenAsync(Cause, Severity.Warning, "", "It may be damaged.", [], default);
            await book.EscalateAsync(alert.Id, default);
            await book.EscalateAsync(alert.Id, default);
        }
        using var after = await LoadAsync();
        var raised = after.FindOpen(Cause)!;
        Assert.Equal((2, Severity.Error, Severity.Warning), (raised.Escalations, raised.Weight, raised.Severity));
        await after.AcknowledgeAsync(raised.Id, "wang", "", default);
        Assert.Null(await after.EscalateAsync(raised.Id, default));
    }

    [Fact]
    public async Task Each_piece_of_news_has_a_number_of_its_own_and_a_changed_message_alone_is_none()
    {
        using var book = await LoadAsync();
        var opened = await OpenAsync(book);
        var other = await book.OpenAsync("test:2", Severity.Warning, "", "Waiting for 1 minute.", [], default);
        Assert.Equal(opened.News + 1, other.News);
        Assert.Equal(other.News, (await book.OpenAsync("test:2", Severity.Warning, "", "Waiting for 2 minutes.", [], default)).News);
        Assert.Equal(other.News + 1, (await book.StateAsync(new AlertStatement("test:2", Severity.Warning, "", "It cannot be repaired.", []) { IsNews = true }, default)).News);
    }

    [Fact]
    public async Task Forgets_the_alerts_that_were_closed_first_and_gives_no_number_twice()
    {
        using (var book = await LoadAsync(keptClosed: 3))
        {
            await OpenAsync(book);
            for (var i = 0; i < 5; i++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await book.OpenAsync($"test:{i}", Severity.Error, "", "Many.", Many(30), default);
                await book.CloseAsync($"test:{i}", "a check", "", default);
            }
            Assert.Equal([Cause, "test:2", "test:3", "test:4"], book.All.Select(alert => alert.Cause));
            Assert.Equal(3, Directory.GetFiles(_folder.At("monitor", "findings")).Length);
        }
        using var after = await LoadAsync(keptClosed: 0);
        Assert.Equal([Cause], after.All.Select(alert => alert.Cause));
        Assert.Equal("alert-7", (await after.OpenAsync("test:9", Severity.Error, "", "New.", [], default)).Id);
    }

    [Fact]
    public async Task The_journal_does_not_grow_for_ever_and_what_it_forgot_gives_no_number_again()
    {
        var long_ = new string('x', 100_000);
        AlertBook book;
        using (book = await LoadAsync(keptClosed: 1))
        {
            await OpenAsync(book);
            for (var i = 0; i < 200; i++)
            {
                await book.OpenAsync($"test:{i}", Severity.Error, "", $"{i} {long_}", [], default);
                await book.CloseAsync($"test:{i}", "a check", "", default);
            }
        }
        Assert.True(new FileInfo(_folder.At("monitor", "alerts.log")).Length < 8 << 20, "the journal holds what nobody needs");
        using var after = await LoadAsync(keptClosed: 1);
        Assert.Equivalent(book.All, after.All, strict: true);
        Assert.Empty(after.Journal.Check());
        await after.CloseAsync("test:199", "a check", "", default);
        Assert.Equal("alert-202", (await after.OpenAsync("new", Severity.Error, "", "New.", [], default)).Id);
    }

    [Fact]
    public async Task Whatever_moment_a_kill_comes_at_the_alerts_are_as_after_the_last_event()
    {
        using var book = await LoadAsync();
        Func<Task>[] steps =
        [
            () => OpenAsync(book),
            () => book.OpenAsync(Cause, Severity.Error, "", "Many.", Many(50), default),
            () => book.AcknowledgeAsync("alert-1", "wang", "", default),
            () => book.OpenAsync("test:2", Severity.Warning, "", "Two.", [], default),
            () => book.EscalateAsync("alert-2", default),
            () => book.CloseAsync(Cause, "sweep-1", "mended", default),
        ];
        foreach (var step in steps)
        {
            await step();
            using var killed = new TemporaryFolder();
            foreach (var file in (string[])["alerts.log", "alerts.log.end"]) File.Copy(_folder.At("monitor", file), killed.At(file));
            File.AppendAllText(killed.At("alerts.log"), "0123 the beginning of an event"); // nobody was told of it
            using var after = await AlertBook.LoadAsync(killed.Path, _time, NullLogger<AlertBook>.Instance, default);
            Assert.Equivalent(book.All, after.All, strict: true);
        }
    }

    [Fact]
    public async Task Whatever_bit_of_the_journal_is_flipped_it_is_told_and_only_what_stood_there_is_lost()
    {
        const string told = "journal-damaged:alerts.log";
        using (var book = await LoadAsync())
            for (var i = 0; i < 4; i++) await book.OpenAsync($"test:{i}", Severity.Error, "", $"Number {i}.", [], default);
        var (sound, end) = (File.ReadAllBytes(_folder.At("monitor", "alerts.log")), File.ReadAllBytes(_folder.At("monitor", "alerts.log.end")));
        for (var at = 0; at < sound.Length; at += 17)
        {
            using var folder = new TemporaryFolder();
            Directory.CreateDirectory(folder.At("monitor"));
            File.WriteAllBytes(folder.At("monitor", "alerts.log"), [.. sound[..at], (byte)(sound[at] ^ 1), .. sound[(at + 1)..]]);
            File.WriteAllBytes(folder.At("monitor", "alerts.log.end"), end);
            using (var after = await AlertBook.LoadAsync(folder.At("monitor"), _time, NullLogger<AlertBook>.Instance, default))
            {
                Assert.True(after.FindOpen(told) is { Severity: Severity.Error, FindingsTotal: > 0 }, $"byte {at} is not told");
                Assert.True(after.All.Count(static alert => alert.Cause.StartsWith("test:", StringComparison.Ordinal)) >= 3, $"byte {at}");
                Assert.Empty(after.Journal.Check());
                await after.OpenAsync("test:new", Severity.Error, "", "New.", [], default);
            }

            using var again = await AlertBook.LoadAsync(folder.At("monitor"), _time, NullLogger<AlertBook>.Instance, default);
            Assert.True(again.FindOpen(told) is { } alert && alert.Number > 4 && again.FindOpen("test:new")!.Number > alert.Number);
            Assert.True(Directory.GetDirectories(folder.At("quarantine")).Length == 1);
        }
    }

    [Theory]
    [InlineData("the last line")]
    [InlineData("in a line")]
    [InlineData("all")]
    [InlineData("removed")]
    [InlineData("its end")]
    [InlineData("its end removed")]
    [InlineData("garbage")]
    public async Task What_was_cut_off_of_the_journal_is_told(string what)
    {
        using (var book = await LoadAsync())
        {
            await OpenAsync(book);
            await book.OpenAsync("test:2", Severity.Error, "", "Two.", [], default);
            await book.CloseAsync(Cause, "sweep-1", "mended", default);
        }

        var path = _folder.At("monitor", "alerts.log");
        var last = File.ReadAllLines(path)[^1].Length + 1;
        if (what == "removed") File.Delete(path);
        else if (what == "its end removed") File.Delete(path + ".end");
        else if (what == "garbage") File.WriteAllBytes(path, [.. Enumerable.Range(0, 5000).Select(static at => (byte)(at * 37))]);
        else if (what == "its end") Monitor.Damage.Truncate(path + ".end", 0);
        else Monitor.Damage.Truncate(path, what == "all" ? 0 : new FileInfo(path).Length - (what == "in a line" ? 5 : last));
        using var after = await LoadAsync();
        var told = after.FindOpen("journal-damaged:alerts.log")!;
        Assert.True(told is { IsOpen: true, Number: > 3, News: > 3 });
        Assert.Equal(what is "all" or "removed" or "garbage" ? 1 : 3, after.All.Count);
        if (what is "the last line" or "in a line") Assert.NotNull(after.FindOpen(Cause)); // the next sweep finds that nothing is wrong any more
    }

    [Fact]
    public async Task An_alert_whose_closing_line_is_lost_does_not_stay_open_behind_a_later_one_of_its_cause()
    {
        using (var book = await LoadAsync())
        {
            await OpenAsync(book);
            await book.CloseAsync(Cause, "sweep-1", "mended", default);
            await OpenAsync(book);
        }

        Monitor.Damage.Replace(_folder.At("monitor", "alerts.log"), "\"sweep-1\""u8, "\"sweep-2\""u8);
        using var after = await LoadAsync();
        Assert.Equal([false, true], after.All.Where(static alert => alert.Cause == Cause).Select(static alert => alert.IsOpen));
        Assert.Contains("lost", after.Find("alert-1")!.ClosedBy, StringComparison.Ordinal);
        await after.CloseAsync(Cause, "sweep-3", "", default);
        Assert.DoesNotContain(after.All, static alert => alert.Cause == Cause && alert.IsOpen);
    }

    [Fact]
    public async Task Findings_of_alerts_that_a_damaged_journal_has_lost_are_kept()
    {
        using (var book = await LoadAsync())
        {
            await book.OpenAsync(Cause, Severity.Error, "", "Many.", Many(50), default);
            await book.OpenAsync("test:2", Severity.Error, "", "Two.", [], default);
        }

        Monitor.Damage.Replace(_folder.At("monitor", "alerts.log"), "Many."u8, "Mbny."u8);
        using var after = await LoadAsync();
        Assert.Null(after.FindOpen(Cause));
        Assert.True(File.Exists(_folder.At("monitor", "findings", "alert-1.1.jsonl")));
    }

    private static List<Finding> Many(int count) => [.. Enumerable.Range(0, count).Select(at => Damage with { Subject = $"档案/c{at}" })];

    private Task<AlertBook> LoadAsync(int keptClosed = AlertBook.DefaultKeptClosed) =>
        AlertBook.LoadAsync(_folder.At("monitor"), _time, NullLogger<AlertBook>.Instance, CancellationToken.None, keptClosed);

    private static Task<Alert> OpenAsync(AlertBook book) =>
        book.OpenAsync(Cause, Severity.Error, "evidence.test/node1", "Volume 1 is damaged.", [Damage], CancellationToken.None);
}
