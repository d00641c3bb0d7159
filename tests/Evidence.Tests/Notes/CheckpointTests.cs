using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;

namespace Evidence.Tests.Notes;

public sealed class CheckpointTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    [Fact]
    public void A_checkpoint_has_the_text_of_the_standard()
    {
        var checkpoint = new Checkpoint("example.com/behind-the-sofa", 20852163, new Digest(Convert.FromBase64String(Root)));
        Assert.Equal($"example.com/behind-the-sofa\n20852163\n{Root}\n", checkpoint.Text);
        Assert.Equal(checkpoint, Checkpoint.Parse(checkpoint.Text));
    }

    [Fact]
    public void The_empty_log_has_size_0() =>
        Assert.Equal(new Checkpoint("a", 0, MerkleTree.EmptyRoot), Checkpoint.Parse(new Checkpoint("a", 0, MerkleTree.EmptyRoot).Text));

    [Theory]
    [InlineData("")]
    [InlineData("a\n1\n")]
    [InlineData("a\n1\n" + Root)]
    [InlineData("\n1\n" + Root + "\n")]
    [InlineData("a\n\n" + Root + "\n")]
    [InlineData("a\n01\n" + Root + "\n")]
    [InlineData("a\n00\n" + Root + "\n")]
    [InlineData("a\n+1\n" + Root + "\n")]
    [InlineData("a\n-1\n" + Root + "\n")]
    [InlineData("a\n 1\n" + Root + "\n")]
    [InlineData("a\n1 \n" + Root + "\n")]
    [InlineData("a\n1e3\n" + Root + "\n")]
    [InlineData("a\n18446744073709551616\n" + Root + "\n")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n")] // stray bits
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n")]
    [InlineData("a\n1\nCsUY\n")]
    [InlineData("a\n1\n" + Root + "\nextension\n")]
    [InlineData("a\n1\n" + Root + "\n\n")]
    public void What_is_not_a_checkpoint_is_refused(string text) => Assert.Throws<FormatException>(() => Checkpoint.Parse(text));

    [Fact]
    public void Only_the_logs_own_key_signs_its_checkpoint()
    {
        var checkpoint = new Checkpoint("example.com/log", 1, MerkleTree.EmptyRoot);
        var signer = new LogSigner("example.com/log", new byte[32]);
        var note = SignedNote.Parse(checkpoint.SignedBy(signer).Encode());
        Assert.True(note.IsSignedBy(signer.Key));
        Assert.Equal(checkpoint, Checkpoint.Parse(note.Text));
        Assert.Throws<ArgumentException>(() => checkpoint.SignedBy(new LogSigner("example.com/other", new byte[32])));
    }
}
