using Evidence.Core;
using Evidence.Core.Notes;

namespace Evidence.Tests.Notes;

public sealed class LogKeyHistoryTests
{
    private const string Origin = "example.com/log";
    private static readonly LogSigner A = RotationNoteTests.SignerOf(1), B = RotationNoteTests.SignerOf(2), C = RotationNoteTests.SignerOf(3), D = RotationNoteTests.SignerOf(4);
    private static readonly LogKeyHistory History = LogKeyHistory.Of(A.Key, [Rotate(A, B, 5), Rotate(B, C, 9)]);

    [Fact]
    public void A_log_stays_the_one_of_its_first_key()
    {
        Assert.Equal((A.Key, C.Key, Origin, A.Key.LogId), (History.First, History.Current, History.Origin, History.LogId));
        Assert.Equal([A.Key, B.Key, C.Key], History.Keys);
        Assert.Equal([true, true, true, false], new[] { A, B, C, D }.Select(signer => History.Holds(signer.Key)));
        Assert.Equal(A.Key, new LogKeyHistory(A.Key).Current);
        Assert.Throws<ArgumentException>(() => new LogKeyHistory(new Cosigner(Origin, new byte[32]).Key));
    }

    [Fact]
    public void A_key_is_valid_from_its_rotation_to_the_next_one()
    {
        Assert.Equal([A.Key], History.ValidAt(4));
        Assert.Equal([A.Key, B.Key], History.ValidAt(5));
        Assert.Equal([B.Key], History.ValidAt(6));
        Assert.Equal([B.Key, C.Key], History.ValidAt(9));
        Assert.Equal([C.Key], History.ValidAt(10));
        Assert.Equal([A.Key], new LogKeyHistory(A.Key).ValidAt(ulong.MaxValue));
        var quick = LogKeyHistory.Of(A.Key, [Rotate(A, B, 5), Rotate(B, C, 5)]);
        Assert.Equal([A.Key, B.Key, C.Key], quick.ValidAt(5));
        Assert.Equal([C.Key], quick.ValidAt(6));
    }

    [Fact]
    public void A_checkpoint_counts_only_by_a_key_that_is_valid_at_its_size()
    {
        Assert.Equal(A.Key, SignerOf(A, 5));
        Assert.Equal(B.Key, SignerOf(B, 5));
        Assert.Null(SignerOf(A, 6)); // whoever has the old key can go on signing
        Assert.Null(SignerOf(B, 4));
        Assert.Null(SignerOf(D, 6));
        Assert.Equal(C.Key, SignerOf(C, 10));
    }

    [Fact]
    public void A_part_of_a_history_leads_up_to_a_key()
    {
        Assert.Equal([A.Key], History.UpTo(A.Key).Keys);
        Assert.Equal([A.Key, B.Key], History.UpTo(B.Key).Keys);
        Assert.Equal(History.Keys, History.UpTo(C.Key).Keys);
        Assert.Throws<ArgumentException>(() => History.UpTo(D.Key));
        Assert.True(History.Extends(History.UpTo(B.Key)));
        Assert.True(History.Extends(History));
        Assert.False(History.UpTo(B.Key).Extends(History));
        Assert.False(History.Extends(LogKeyHistory.Of(A.Key, [Rotate(A, D, 5)])));
        Assert.False(History.Extends(new LogKeyHistory(B.Key)));
    }

    [Fact]
    public void Only_both_keys_together_hand_on()
    {
        Assert.Empty(History.FaultsOf(Rotate(C, D, 9)));
        Assert.Equal([RotationFaultKind.SignatureMissing], Faults(Bearing(C.Sign)));
        Assert.Equal([RotationFaultKind.SignatureMissing], Faults(Bearing(D.Sign)));
        Assert.Equal([RotationFaultKind.SignatureWrong], Faults(Bearing(C.Sign, text => D.Sign(text + "\n"))));
        Assert.Equal([RotationFaultKind.SignatureWrong], Faults(Bearing(text => C.Sign(text + "\n"), D.Sign)));
        Assert.Equal([RotationFaultKind.SignatureWrong, RotationFaultKind.SignatureMissing], Faults(Bearing(text => C.Sign(text + "\n"))));
    }

    [Fact]
    public void A_rotation_follows_on_the_one_before()
    {
        Assert.Equal([RotationFaultKind.Unlinked], Faults(Rotate(B, D, 9))); // not the current key
        Assert.Equal([RotationFaultKind.Unlinked], Faults(Rotate(C, A, 9))); // came already
        Assert.Equal([RotationFaultKind.Unlinked], Faults(Rotate(C, D, 8))); // the size falls
        Assert.Equal([RotationFaultKind.Unlinked], Faults(RotationNote.Sign(RotationNoteTests.SignerOf(3, "example.com/other"), RotationNoteTests.SignerOf(4, "example.com/other"), 9, default)));
        Assert.Contains("8 leaves", Assert.Throws<FormatException>(() => History.With(Rotate(C, D, 8))).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<RotationFaultKind> Faults(RotationNote rotation) => History.FaultsOf(rotation).Select(fault => fault.Kind);

    private static RotationNote Rotate(LogSigner from, LogSigner to, ulong size) => RotationNote.Sign(from, to, size, Digest.Of("root"u8));

    private static RotationNote Bearing(params Func<string, NoteSignature>[] signatures)
    {
        var text = Rotate(C, D, 9).Note.Text;
        return RotationNote.Parse(new SignedNote(text, signatures.Select(sign => sign(text))).Encode());
    }

    private static VerifierKey? SignerOf(LogSigner signer, ulong size) => History.SignerOf(new Checkpoint(Origin, size, Digest.Of("root"u8)).SignedBy(signer), size);
}
