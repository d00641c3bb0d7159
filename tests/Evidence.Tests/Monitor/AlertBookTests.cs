using Evidence.Core.Verification;
using Evidence.Node.Monitoring;
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
    public async Task Keeps_at_most_a_thousand_findings()
    {
        using var book = await LoadAsync();
        var findings = Enumerable.Range(0, 1500).Select(at => Damage with { Subject = $"c{at}" }).ToList();
        var alert = await book.OpenAsync(Cause, Severity.Error, "", "Many.", findings, CancellationToken.None);
        Assert.Equal(Alert.MaxFindings, alert.Findings.Count);
    }

    private Task<AlertBook> LoadAsync() => AlertBook.LoadAsync(_folder.Path, _time, NullLogger<AlertBook>.Instance, CancellationToken.None);

    private static Task<Alert> OpenAsync(AlertBook book) =>
        book.OpenAsync(Cause, Severity.Error, "evidence.test/node1", "Volume 1 is damaged.", [Damage], CancellationToken.None);
}
