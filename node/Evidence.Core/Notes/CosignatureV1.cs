using System.Buffers.Binary;
using System.Globalization;
using Evidence.Core.Crypto;

namespace Evidence.Core.Notes;

/// <summary>The Ed25519 form of C2SP tlog-cosignature: a 64-bit time in seconds, then the signature over a header, that time and the checkpoint's text.</summary>
internal static class CosignatureV1
{
    private const int TimeSize = 8;

    internal static byte[] Sign(byte[] seed, string text, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(time, nameof(at));
        var value = new byte[TimeSize + Ed25519.SignatureSize];
        BinaryPrimitives.WriteInt64BigEndian(value, time);
        Ed25519.Sign(seed, Message(time, text)).CopyTo(value, TimeSize);
        return value;
    }

    internal static bool Verifies(byte[] publicKey, string text, byte[] value) =>
        value.Length == TimeSize + Ed25519.SignatureSize
        && BinaryPrimitives.ReadUInt64BigEndian(value) <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        && Ed25519.Verify(publicKey, Message(BinaryPrimitives.ReadInt64BigEndian(value), text), value[TimeSize..]);

    /// <summary>The time in a value that has been verified.</summary>
    internal static DateTimeOffset TimeOf(byte[] value) => DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(value));

    private static byte[] Message(long time, string text) =>
        NoteText.StrictUtf8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{text}"));
}
