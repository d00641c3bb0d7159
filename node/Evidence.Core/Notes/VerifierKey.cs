using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Evidence.Core.Crypto;

namespace Evidence.Core.Notes;

/// <summary>The public half of a key that signs notes, in the text form <c>name+id+base64</c> (C2SP signed-note). Equal when that text is.</summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    /// <summary>Algorithm byte of a plain Ed25519 signature over the note's text.</summary>
    public const byte Ed25519Note = 0x01;

    /// <summary>Algorithm byte of a timestamped Ed25519 witness cosignature (C2SP tlog-cosignature).</summary>
    public const byte CosignatureV1 = 0x04;

    private readonly string _text;

    internal VerifierKey(string name, byte algorithm, byte[] publicKey)
    {
        NoteText.CheckKeyName(name);
        (Name, Algorithm, PublicKey) = (name, algorithm, publicKey);
        byte[] encoded = [algorithm, .. publicKey];
        KeyId = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. NoteText.StrictUtf8.GetBytes(name), (byte)'\n', .. encoded]));
        _text = string.Create(CultureInfo.InvariantCulture, $"{name}+{KeyId:x8}+{Convert.ToBase64String(encoded)}");
        LogId = Digest.Of(NoteText.StrictUtf8.GetBytes(_text));
    }

    /// <summary>Name of the key; for a log its origin.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name || newline || algorithm || public key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary><see cref="Ed25519Note"/> or <see cref="CosignatureV1"/>.</summary>
    public byte Algorithm { get; }

    /// <summary>The Ed25519 public key, 32 bytes.</summary>
    public byte[] PublicKey { get; }

    /// <summary>SHA-256 of the key's text: the id under which a log with this key stands on the ledger.</summary>
    public Digest LogId { get; }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not a key of a known algorithm, or its id is not that of the key.</exception>
    public static VerifierKey Parse(string vkey)
    {
        // The base64 part may hold pluses of its own; name and id cannot.
        if (vkey.Split('+', 3) is not [var name, var id, var base64]) throw new FormatException($"'{vkey}' is not a verifier key name+id+base64.");
        if (NoteText.FromBase64(base64) is not { Length: > 0 } encoded) throw new FormatException($"The key of '{name}' is not base64.");
        if (encoded[0] is not (Ed25519Note or CosignatureV1)) throw new FormatException($"The key of '{name}' has the unknown algorithm 0x{encoded[0]:x2}; known are 0x01 and 0x04.");
        if (encoded.Length != 1 + Ed25519.PublicKeySize) throw new FormatException($"The key of '{name}' has {encoded.Length - 1} bytes, not {Ed25519.PublicKeySize}.");
        var key = new VerifierKey(name, encoded[0], encoded[1..]);
        return key._text == vkey ? key : throw new FormatException($"The key of '{name}' has the id {key.KeyId:x8}, not '{id}'.");
    }

    /// <summary>Whether <paramref name="value"/> is this key's signature over <paramref name="text"/>.</summary>
    internal bool Verifies(string text, byte[] value) => Algorithm == CosignatureV1
        ? Notes.CosignatureV1.Verifies(PublicKey, text, value)
        : Ed25519.Verify(PublicKey, NoteText.StrictUtf8.GetBytes(text), value);

    /// <inheritdoc/>
    public bool Equals(VerifierKey? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form.</summary>
    public override string ToString() => _text;
}
