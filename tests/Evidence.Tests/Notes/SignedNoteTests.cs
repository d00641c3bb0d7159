using System.Text;
using Evidence.Core.Notes;

namespace Evidence.Tests.Notes;

public sealed class SignedNoteTests
{
    private static readonly LogSigner Signer = new("example.com/log", [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    [Fact]
    public void A_published_note_is_read_verified_and_written()
    {
        var note = SignedNote.Parse(PublishedNotes.PeterNote);
        Assert.Equal(PublishedNotes.PeterText, note.Text);
        Assert.True(note.IsSignedBy(VerifierKey.Parse(PublishedNotes.PeterKey)));
        Assert.Equal(PublishedNotes.PeterNote, note.Encode());
        Assert.Equal(PublishedNotes.PeterNote, SignedNote.Parse(Encoding.UTF8.GetBytes(PublishedNotes.PeterNote)).Encode());
    }

    [Fact]
    public void The_published_signature_is_made_from_the_published_key()
    {
        var signer = new LogSigner("PeterNeumann", Convert.FromBase64String(PublishedNotes.PeterSeed)[1..]);
        Assert.Equal(PublishedNotes.PeterKey, signer.Key.ToString());
        Assert.Equal(PublishedNotes.PeterNote, new SignedNote(PublishedNotes.PeterText, [signer.Sign(PublishedNotes.PeterText)]).Encode());
    }

    [Fact]
    public void The_text_ends_at_the_last_empty_line()
    {
        var note = SignedNote.Parse(PublishedNotes.PoemNote);
        Assert.EndsWith("sole:\n\ned è subito sera.\n", note.Text, StringComparison.Ordinal);
        Assert.Equal("quasimodo.example/salvatore", Assert.Single(note.Signatures).Name);
        Assert.Equal(PublishedNotes.PoemNote, note.Encode());
    }

    [Fact]
    public void A_note_with_any_one_bit_of_its_text_or_signature_flipped_is_not_signed()
    {
        var key = VerifierKey.Parse(PublishedNotes.PeterKey);
        var bytes = Encoding.UTF8.GetBytes(PublishedNotes.PeterNote);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            try
            {
                Assert.False(SignedNote.Parse(bytes).IsSignedBy(key));
            }
            catch (FormatException)
            {
                // refused
            }

            bytes[at] ^= 1;
        }
    }

    [Fact]
    public void A_signature_of_another_key_says_nothing_for_this_one()
    {
        var note = SignedNote.Parse(PublishedNotes.PeterNote);
        Assert.False(note.IsSignedBy(Signer.Key));
        Assert.False(note.IsSignedBy(new LogSigner("PeterNeumann", new byte[32]).Key));
        Assert.True(note.With(Signer.Sign(note.Text)).IsSignedBy(Signer.Key));
    }

    [Fact]
    public void One_signature_of_a_key_that_fails_spoils_the_others_of_that_key()
    {
        var note = SignedNote.Parse(PublishedNotes.PeterNote);
        var key = VerifierKey.Parse(PublishedNotes.PeterKey);
        Assert.False(note.With(new NoteSignature(key.Name, key.KeyId, new byte[64])).IsSignedBy(key));
        Assert.True(note.With(new NoteSignature("someone.else", key.KeyId, new byte[64])).IsSignedBy(key));
        Assert.True(note.With(new NoteSignature(key.Name, key.KeyId + 1, new byte[64])).IsSignedBy(key));
    }

    [Fact]
    public void A_signature_of_the_wrong_length_is_refused_and_does_not_crash()
    {
        foreach (var length in new[] { 1, 63, 65, 72, 1000 })
        {
            Assert.False(new SignedNote("a\n", [new NoteSignature(Signer.Key.Name, Signer.Key.KeyId, new byte[length])]).IsSignedBy(Signer.Key));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n— a AAAAAAE=\n")] // no blank line
    [InlineData("\n\n")]
    [InlineData("text\n\n— a AAAAAAE=")] // no newline at the end
    [InlineData("text\n\n— a AAAAAAE=\n\n")]
    [InlineData("text\n\n- a AAAAAAE=\n")] // a hyphen
    [InlineData("text\n\n–  a AAAAAAE=\n")] // an en dash
    [InlineData("text\n\n—a AAAAAAE=\n")]
    [InlineData("text\n\n—  a AAAAAAE=\n")]
    [InlineData("text\n\n— a  AAAAAAE=\n")]
    [InlineData("text\n\n— a AAAAAAE= \n")]
    [InlineData("text\n\n— a\n")]
    [InlineData("text\n\n— AAAAAAE=\n")]
    [InlineData("text\n\n— a+b AAAAAAE=\n")]
    [InlineData("text\n\n— a\u00a0b AAAAAAE=\n")]
    [InlineData("text\n\n— a AAAAAA==\n")] // an id and no signature
    [InlineData("text\n\n— a AAAAAAE\n")] // no padding
    [InlineData("text\n\n— a AAAAAAF=\n")] // stray bits
    [InlineData("text\n\n— a AAAA*AE=\n")]
    [InlineData("text\n\n— a AAAAAAE=\nmore\n")]
    [InlineData("text\r\n\n— a AAAAAAE=\n")]
    [InlineData("te\txt\n\n— a AAAAAAE=\n")]
    [InlineData("te\0xt\n\n— a AAAAAAE=\n")]
    public void What_is_not_a_signed_note_is_refused(string note) => Assert.Throws<FormatException>(() => SignedNote.Parse(note));

    [Fact]
    public void The_smallest_note_is_one_empty_line_and_a_signature() =>
        Assert.Equal("\n", SignedNote.Parse("\n\n— a AAAAAAE=\n").Text);

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Throws<FormatException>(() => SignedNote.Parse([0xff, .. Encoding.UTF8.GetBytes(PublishedNotes.PeterNote)]));

    [Fact]
    public void A_text_with_half_a_character_is_refused() =>
        Assert.Throws<FormatException>(() => SignedNote.Parse("te\ud800xt\n\n— a AAAAAAE=\n")); // no attribute can hold this text

    [Fact]
    public void A_note_may_carry_a_hundred_signatures_and_no_more()
    {
        var line = "— a AAAAAAE=\n";
        var full = SignedNote.Parse("text\n\n" + string.Concat(Enumerable.Repeat(line, SignedNote.MaxSignatures)));
        Assert.Equal(SignedNote.MaxSignatures, full.Signatures.Count);
        Assert.Throws<FormatException>(() => full.With(Signer.Sign(full.Text)));
        Assert.Throws<FormatException>(() => SignedNote.Parse("text\n\n" + string.Concat(Enumerable.Repeat(line, SignedNote.MaxSignatures + 1))));
    }

    [Fact]
    public void A_note_that_is_too_large_is_refused_before_it_is_read()
    {
        Assert.Throws<FormatException>(() => SignedNote.Parse(new string('a', SignedNote.MaxSize + 1)));
        Assert.Throws<FormatException>(() => SignedNote.Parse(new byte[SignedNote.MaxSize + 1]));
    }

    [Fact]
    public void The_same_signature_is_not_added_twice()
    {
        var note = SignedNote.Parse(PublishedNotes.PeterNote);
        Assert.Same(note, note.With(SignedNote.Parse(PublishedNotes.PeterNote).Signatures[0]));
        Assert.Equal(2, note.With(Signer.Sign(note.Text)).Signatures.Count);
    }

    [Fact]
    public void Damaged_notes_are_read_or_refused_and_never_crash_the_reader() =>
        StrictParsing.AssertReadsOrRefuses(Encoding.UTF8.GetBytes(PublishedNotes.CosignedNote), bytes => Assert.Equal(bytes, Encoding.UTF8.GetBytes(SignedNote.Parse(bytes).Encode())));
}
