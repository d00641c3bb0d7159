using Evidence.Core.Log;

namespace Evidence.Tests.Log;

public sealed class EntryBundleTests
{
    [Fact]
    public void Entries_stand_after_their_length_in_two_bytes()
    {
        var bundle = EntryBundle.Encode([new byte[] { 7, 8 }, Array.Empty<byte>(), new byte[258]]);
        Assert.Equal([0, 2, 7, 8, 0, 0, 1, 2], bundle[..8]);
        Assert.Equal(8 + 258, bundle.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(256)]
    public void A_bundle_is_read_back(int count)
    {
        var random = new Random(count);
        var entries = Enumerable.Range(0, count).Select(_ => new byte[random.Next(0, 300)]).Append(new byte[EntryBundle.MaxEntry]).Take(count).ToArray();
        foreach (var entry in entries) random.NextBytes(entry);
        var read = EntryBundle.Parse(EntryBundle.Encode(entries.Select(e => (ReadOnlyMemory<byte>)e)));
        Assert.Equal(entries, read.Select(e => e.ToArray()));
    }

    [Fact]
    public void A_bundle_that_is_cut_off_anywhere_but_between_entries_is_refused()
    {
        var bundle = EntryBundle.Encode([new byte[] { 1, 2, 3 }, new byte[] { 4, 5 }]);
        foreach (var length in new[] { 1, 2, 3, 4, 6, 7, 8 }) Assert.Throws<FormatException>(() => EntryBundle.Parse(bundle.AsMemory(0, length)));
        Assert.Single(EntryBundle.Parse(bundle.AsMemory(0, 5)));
    }

    [Fact]
    public void An_empty_bundle_is_refused()
    {
        Assert.Throws<FormatException>(() => EntryBundle.Parse(default));
        Assert.Throws<ArgumentException>(() => EntryBundle.Encode([]));
    }

    [Fact]
    public void More_than_256_entries_are_refused()
    {
        Assert.Throws<FormatException>(() => EntryBundle.Parse(new byte[257 * 2]));
        Assert.Throws<ArgumentException>(() => EntryBundle.Encode(new ReadOnlyMemory<byte>[257]));
    }

    [Fact]
    public void An_entry_that_two_bytes_cannot_count_is_refused() =>
        Assert.Throws<ArgumentException>(() => EntryBundle.Encode([new byte[EntryBundle.MaxEntry + 1]]));

    [Fact]
    public void Damaged_bundles_are_read_or_refused_and_never_crash_the_reader() =>
        StrictParsing.AssertReadsOrRefuses(
            EntryBundle.Encode(Enumerable.Range(0, 20).Select(i => (ReadOnlyMemory<byte>)new byte[i])),
            bytes => Assert.Equal(bytes, EntryBundle.Encode(EntryBundle.Parse(bytes))));
}
