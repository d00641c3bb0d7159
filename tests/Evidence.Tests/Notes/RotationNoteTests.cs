using System.Text;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;

namespace Evidence.Tests.Notes;

public sealed class RotationNoteTests
{
    private const string Origin = "example.com/log";
    private static readonly LogSigner Old = SignerOf(1), New = SignerOf(2);
    private static readonly Digest Root = Digest.Of("root"u8);

    [Fact]
    public void A_rotation_has_six_lines_and_two_signatures()
    {
        var rotation = RotationNote.Sign(Old, New, 7, Root);
        Assert.Equal($"evidence/key-rotation/v1\n{Origin}\n{Old.Key}\n{New.Key}\n7\n{Convert.ToBase64String(Root.ToArray())}\n", rotation.Note.Text);
        Assert.True(rotation.Note.IsSignedBy(Old.Key) && rotation.Note.IsSignedBy(New.Key));
        var read = RotationNote.Parse(rotation.Encode());
        Assert.Equal((Old.Key, New.Key, 7UL, Root, rotation.Encode()), (read.Old, read.New, read.Size, read.Root, read.Encode()));
        Assert.Throws<FormatException>(() => Checkpoint.Parse(rotation.Note.Text));
    }

    [Fact]
    public void Only_two_keys_of_one_log_make_a_rotation()
    {
        Assert.Throws<ArgumentException>(() => RotationNote.Sign(Old, new LogSigner("example.com/other", new byte[32]), 7, Root));
        Assert.Throws<ArgumentException>(() => RotationNote.Sign(Old, Old, 7, Root));
    }

    [Theory]
    [InlineData("evidence/key-rotation/v1", "evidence/key-rotation/v2")]
    [InlineData("\n7\n", "\n07\n")]
    [InlineData("\n7\n", "\n7\n7\n")]
    [InlineData("v1\nexample.com/log", "v1\nexample.com/other")]
    [InlineData("v1\nexample.com/log", "v1\n")]
    public void What_is_not_a_rotation_is_refused(string part, string instead) =>
        Assert.Throws<FormatException>(() => RotationNote.Parse(Signed(RotationNote.Sign(Old, New, 7, Root).Note.Text.Replace(part, instead, StringComparison.Ordinal), Old, New)));

    [Fact]
    public void Other_keys_and_signatures_than_those_of_the_two_are_refused()
    {
        var text = RotationNote.Sign(Old, New, 7, Root).Note.Text;
        Assert.Throws<FormatException>(() => RotationNote.Parse(Signed(text, New, Old)));
        Assert.Throws<FormatException>(() => RotationNote.Parse(Signed(text, Old, New, SignerOf(3))));
        Assert.Throws<FormatException>(() => RotationNote.Parse(Signed(text, Old, Old, New)));
        Assert.Throws<FormatException>(() => RotationNote.Parse(Signed(text.Replace(New.Key.ToString(), Old.Key.ToString(), StringComparison.Ordinal), Old)));
        var witness = new Cosigner(Origin, new byte[32]).Key.ToString();
        Assert.Throws<FormatException>(() => RotationNote.Parse(Signed(text.Replace(New.Key.ToString(), witness, StringComparison.Ordinal), Old)));
    }

    [Fact]
    public void A_rotation_of_an_empty_log_is_one()
    {
        var rotation = RotationNote.Sign(Old, New, 0, MerkleTree.EmptyRoot);
        Assert.Equal(0UL, RotationNote.Parse(rotation.Encode()).Size);
    }

    [Fact]
    public void Any_flipped_bit_is_refused_or_not_signed_by_both()
    {
        var bytes = Encoding.UTF8.GetBytes(RotationNote.Sign(Old, New, 7, Root).Encode());
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(IsTaken(Encoding.UTF8.GetString(flipped)), $"bit {bit}");
        }
    }

    internal static LogSigner SignerOf(byte key, string origin = Origin) => new(origin, [.. Enumerable.Repeat(key, 32)]);

    private static bool IsTaken(string text)
    {
        try
        {
            return new LogKeyHistory(Old.Key).FaultsOf(RotationNote.Parse(text)).Count == 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string Signed(string text, params LogSigner[] signers) => new SignedNote(text, signers.Select(signer => signer.Sign(text))).Encode();
}
