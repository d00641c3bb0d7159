using System.Text;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;

namespace Evidence.Tests.Notes;

public sealed class TlogProofTests
{
    private static readonly string Note = new Checkpoint("example.com/log", 9, Digest.Of("root"u8)).SignedBy(new LogSigner("example.com/log", new byte[32])).Encode();
    private static readonly Digest[] Hashes = [Digest.Of("1"u8), Digest.Of("2"u8)];
    private static readonly string Lines = string.Concat(Hashes.Select(h => Convert.ToBase64String(h.ToArray()) + "\n"));

    [Fact]
    public void A_proof_has_the_text_of_the_standard()
    {
        Assert.Equal($"c2sp.org/tlog-proof@v1\nindex 7\n{Lines}\n{Note}", new TlogProof(7, Hashes, Note).Encode());
        Assert.Equal($"c2sp.org/tlog-proof@v1\nextra AQID\nindex 0\n\n{Note}", new TlogProof(0, [], Note, [1, 2, 3]).Encode());
    }

    [Fact]
    public void A_proof_is_read_back()
    {
        var read = TlogProof.Parse(new TlogProof(7, Hashes, Note, [9]).Encode());
        Assert.Equal(7UL, read.Leaf);
        Assert.Equal(Hashes, read.Hashes);
        Assert.Equal(Note, read.CheckpointNote);
        Assert.Equal([9], read.Extra!);
        Assert.Null(TlogProof.Parse(new TlogProof(0, [], Note).Encode()).Extra);
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 7\n", "")]
    [InlineData("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2")]
    [InlineData("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\r\n")]
    [InlineData("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\n\n")]
    [InlineData("index 7", "index 07")]
    [InlineData("index 7", "index -7")]
    [InlineData("index 7", "index  7")]
    [InlineData("index 7", "index")]
    [InlineData("index 7", "Index 7")]
    [InlineData("index 7", "index 18446744073709551616")]
    [InlineData("index 7\n", "")]
    [InlineData("index 7\n", "index 7\nindex 7\n")]
    [InlineData("index 7\n", "index 7\nextra AQID\n")]
    [InlineData("index 7\n", "extra AQI\nindex 7\n")]
    [InlineData("index 7\n", "extra \nindex 7\n")]
    [InlineData("index 7\n", "extra AQID\nextra AQID\nindex 7\n")]
    [InlineData("index 7\n", "index 7\nAQID\n")]
    [InlineData("\n9\n", "\nnine\n")]
    [InlineData("— ", "- ")]
    public void What_is_not_a_proof_is_refused(string from, string to)
    {
        var text = new TlogProof(7, Hashes, Note).Encode();
        var broken = text.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        Assert.Throws<FormatException>(() => TlogProof.Parse(broken));
    }

    [Fact]
    public void A_proof_of_more_hashes_than_any_tree_has_levels_is_refused()
    {
        var longest = new TlogProof(0, [.. Enumerable.Repeat(MerkleTree.EmptyRoot, 64)], Note).Encode();
        Assert.Equal(64, TlogProof.Parse(longest).Hashes.Count);
        Assert.Throws<FormatException>(() => TlogProof.Parse(new TlogProof(0, [.. Enumerable.Repeat(MerkleTree.EmptyRoot, 65)], Note).Encode()));
    }

    [Fact]
    public void Text_without_an_empty_line_is_refused()
    {
        Assert.Throws<FormatException>(() => TlogProof.Parse(""));
        Assert.Throws<FormatException>(() => TlogProof.Parse("c2sp.org/tlog-proof@v1\nindex 7\n"));
    }

    [Fact]
    public void Damaged_proofs_are_read_or_refused_and_never_crash_the_reader() =>
        StrictParsing.AssertReadsOrRefuses(
            Encoding.UTF8.GetBytes(new TlogProof(7, Hashes, Note, [9]).Encode()),
            bytes => Assert.Equal(Encoding.UTF8.GetString(bytes), TlogProof.Parse(Encoding.UTF8.GetString(bytes)).Encode()));
}
