using Evidence.Core;
using Evidence.Core.Notes;

namespace Evidence.Tests.Notes;

public sealed class CosignatureTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 8, 33, 3, 987, TimeSpan.Zero);
    private static readonly LogSigner Log = new("example.com/log", new byte[32]);
    private static readonly Cosigner Witness = new("witness.example", [.. Enumerable.Repeat((byte)7, 32)]);
    private static readonly SignedNote Note = new Checkpoint("example.com/log", 5, Digest.Of("root"u8)).SignedBy(Log);

    [Fact]
    public void The_cosignatures_of_a_real_checkpoint_verify()
    {
        var note = SignedNote.Parse(PublishedNotes.CosignedNote);
        Assert.Equal(1432088532UL, Checkpoint.Parse(note.Text).Size);
        foreach (var witness in PublishedNotes.Witnesses)
        {
            Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(0x6a122120), note.CosignedAt(VerifierKey.Parse(witness)));
        }
    }

    [Fact]
    public void The_cosignatures_of_a_real_checkpoint_hold_for_no_other_size()
    {
        var note = SignedNote.Parse(PublishedNotes.CosignedNote.Replace("1432088532", "1432088533", StringComparison.Ordinal));
        Assert.All(PublishedNotes.Witnesses, witness => Assert.Null(note.CosignedAt(VerifierKey.Parse(witness))));
    }

    [Fact]
    public void A_cosignature_is_its_time_and_then_the_signature()
    {
        var signature = Witness.Cosign(Note.Text, At);
        Assert.Equal(72, signature.Value.Length);
        Assert.Equal([0, 0, 0, 0, .. Convert.FromHexString($"{At.ToUnixTimeSeconds():x8}")], signature.Value[..8]);
    }

    [Fact]
    public void A_cosignature_tells_its_time_in_whole_seconds() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 8, 33, 3, TimeSpan.Zero), Note.With(Witness.Cosign(Note.Text, At)).CosignedAt(Witness.Key));

    [Fact]
    public void The_log_and_the_witness_do_not_stand_for_each_other()
    {
        var cosigned = Note.With(Witness.Cosign(Note.Text, At));
        Assert.True(cosigned.IsSignedBy(Log.Key));
        Assert.True(cosigned.IsSignedBy(Witness.Key));
        Assert.Null(cosigned.CosignedAt(Log.Key));
        Assert.Null(Note.CosignedAt(Witness.Key));
        Assert.Null(cosigned.CosignedAt(new Cosigner("witness.example", new byte[32]).Key));
    }

    [Fact]
    public void A_cosignature_over_another_text_or_with_any_bit_flipped_is_none()
    {
        Assert.Null(Note.With(Witness.Cosign(Note.Text + "x\n", At)).CosignedAt(Witness.Key));
        var signature = Witness.Cosign(Note.Text, At);
        for (var at = 0; at < signature.Value.Length; at++)
        {
            var value = signature.Value.ToArray();
            value[at] ^= 0x10;
            Assert.Null(Note.With(signature with { Value = value }).CosignedAt(Witness.Key));
        }
    }

    [Fact]
    public void A_plain_signature_of_the_witness_key_is_no_cosignature()
    {
        var plain = new LogSigner("witness.example", [.. Enumerable.Repeat((byte)7, 32)]).Sign(Note.Text);
        Assert.Null(Note.With(plain).CosignedAt(Witness.Key));
        Assert.Null(Note.With(plain with { KeyId = Witness.Key.KeyId }).CosignedAt(Witness.Key));
    }

    [Fact]
    public void The_earliest_of_several_times_counts()
    {
        var twice = Note.With(Witness.Cosign(Note.Text, At.AddDays(1))).With(Witness.Cosign(Note.Text, At));
        Assert.Equal(At.ToUnixTimeSeconds(), twice.CosignedAt(Witness.Key)!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public void A_time_before_1970_cannot_be_stated() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Witness.Cosign(Note.Text, DateTimeOffset.UnixEpoch.AddSeconds(-1)));

    [Fact]
    public void A_time_that_no_calendar_has_is_refused()
    {
        var signature = Witness.Cosign(Note.Text, At);
        byte[] far = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. signature.Value[8..]];
        Assert.Null(Note.With(signature with { Value = far }).CosignedAt(Witness.Key));
    }
}
