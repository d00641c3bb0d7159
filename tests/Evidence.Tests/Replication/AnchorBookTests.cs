using Evidence.Core;
using Evidence.Ledger;
using Evidence.Node.Replication;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Replication;

/// <summary>What a mirror knows of the ledger's anchors outlives an answer that cannot be.</summary>
public sealed class AnchorBookTests
{
    private static readonly Digest Log = Digest.Of([1]);
    private readonly FakeLedger _ledger = new(TimeProvider.System);
    private readonly AnchorBook _book;

    public AnchorBookTests()
    {
        _ledger.Register(Log, "0x" + new string('1', 40), "log");
        foreach (var size in (ulong[])[3, 5]) _ledger.Forge(Log, size, Digest.Of([(byte)size]));
        _book = new AnchorBook(_ledger, null);
    }

    private static CancellationToken Ct => CancellationToken.None;

    [Theory]
    [InlineData(1UL << 31)]
    [InlineData(1UL << 32)]
    [InlineData(ulong.MaxValue)]
    public async Task A_number_of_anchors_that_cannot_be_takes_nothing_away(ulong stated)
    {
        await _book.RefreshAsync(Log, Ct);
        _book.MarkChecked(Log, 3);
        _ledger.ClaimedCount = stated;
        var impossible = await Assert.ThrowsAsync<LedgerMismatchException>(() => _book.RefreshAsync(Log, Ct));
        Assert.Contains($"{stated}", impossible.Message, StringComparison.Ordinal);
        Assert.Equal((5UL, 3UL), (_book.NewestSize(Log), _book.NewestChecked(Log, _ => true)!.Size));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(4UL)]
    [InlineData(5UL)]
    public async Task Anchors_that_do_not_grow_are_not_read_on(ulong size)
    {
        await _book.RefreshAsync(Log, Ct);
        _ledger.Forge(Log, size, Digest.Of([9]));
        _ledger.Forge(Log, 20, Digest.Of([20]));
        foreach (var book in (AnchorBook[])[_book, new AnchorBook(_ledger, null)])
        {
            var unordered = await Assert.ThrowsAsync<LedgerMismatchException>(() => book.RefreshAsync(Log, Ct));
            Assert.Contains("anchor 3 of log", unordered.Message, StringComparison.Ordinal);
        }

        Assert.Equal(5UL, _book.NewestSize(Log));
    }

    [Fact]
    public async Task A_ledger_that_was_set_back_is_read_from_its_beginning()
    {
        await _book.RefreshAsync(Log, Ct);
        _ledger.RollBack(Log, 1);
        await _book.RefreshAsync(Log, Ct);
        Assert.Equal(3UL, _book.NewestSize(Log));
    }
}
