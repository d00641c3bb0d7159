using System.Text;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Monitor;

public sealed class SweepBookTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    private AlertBook _alerts = null!;

    public async Task InitializeAsync() => _alerts = await AlertBook.LoadAsync(_folder.At("monitor"), _time, NullLogger<AlertBook>.Instance, CancellationToken.None);

    public Task DisposeAsync()
    {
        _alerts.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Keeps_reports_over_a_restart()
    {
        var finding = new Finding(FindingCodes.TileChanged, Severity.Error, Layer.Log, "tile/0/000", "It differs.");
        SweepState? before;
        using (var book = await LoadAsync())
        {
            var begun = await book.BeginAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(3));
            await book.EndAsync(begun with { Stage = SweepStage.Done, Outcome = Outcome.Intact, BytesRead = 7, BytesTotal = 7, AllSwept = true, Findings = [finding], FindingsTotal = 1 }, CancellationToken.None);
            before = book.Latest;
        }
        using var after = await LoadAsync();
        Assert.Equivalent(before, after.Latest, strict: true);
        Assert.False(after.WasInterrupted);
    }

    [Fact]
    public async Task Reports_a_sweep_that_the_last_process_left_unfinished_as_failed()
    {
        using (var book = await LoadAsync()) await book.BeginAsync(CancellationToken.None);
        using var after = await LoadAsync();
        Assert.True(after.WasInterrupted);
        Assert.Equal(SweepStage.Failed, after.Latest!.Stage);
        Assert.Equal(Outcome.Undetermined, after.Latest.Outcome);
    }

    [Fact]
    public async Task Watching_ends_with_the_final_state()
    {
        using var book = await LoadAsync();
        var begun = await book.BeginAsync(CancellationToken.None);
        var watching = Task.Run(async () =>
        {
            SweepState? last = null;
            await foreach (var state in book.Watch(begun.Id, CancellationToken.None)) last = state;
            return last;
        });
        book.Update(begun with { BytesRead = 1 });
        await book.EndAsync(begun with { Stage = SweepStage.Done, Outcome = Outcome.Altered }, CancellationToken.None);
        Assert.Equal(Outcome.Altered, (await watching.WaitAsync(TimeSpan.FromSeconds(60)))!.Outcome);
    }

    [Theory]
    [InlineData("\"Done\"", "\"Dooe\"")] // no such stage
    [InlineData("\"stage\"", "\"stabe\"")] // no stage
    public async Task An_entry_that_a_flipped_bit_made_unreadable_is_passed_over_told_and_mended(string old, string with)
    {
        using (var book = await LoadAsync()) await book.EndAsync(await book.BeginAsync(CancellationToken.None) with { Stage = SweepStage.Done, Outcome = Outcome.Intact }, CancellationToken.None);
        Assert.Equal(1, Damage.Replace(_folder.At("monitor", "sweeps.log"), Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(with)));
        using var after = await LoadAsync();
        Assert.Contains("sweeps.log", _alerts.FindOpen("journal-damaged:sweeps.log")!.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_folder.At("quarantine")));
        Assert.Empty(after.Journal.Check());
        Assert.Contains("lost", after.Latest!.Error, StringComparison.Ordinal);
        var next = await after.BeginAsync(CancellationToken.None);
        Assert.True(next.Number > 1000, next.Id); // no number is given twice
        await after.EndAsync(next with { Stage = SweepStage.Done }, CancellationToken.None);
        using var again = await LoadAsync();
        Assert.Equivalent(after.All, again.All, strict: true);
    }

    private Task<SweepBook> LoadAsync() => SweepBook.LoadAsync(_folder.At("monitor"), _alerts, _time, NullLogger<SweepBook>.Instance, CancellationToken.None);
}
