using System.Buffers.Binary;

namespace Evidence.Core.Notes;

/// <summary>The text of a signature line: em dash, space, key name, space, base64 of key id and signature (C2SP signed-note, "Format").</summary>
internal static class SignatureLine
{
    private const string Prefix = "\u2014 ";
    private const int KeyIdSize = 4;

    internal static string Format(NoteSignature signature)
    {
        var bytes = new byte[KeyIdSize + signature.Value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
        signature.Value.CopyTo(bytes, KeyIdSize);
        return $"{Prefix}{signature.Name} {Convert.ToBase64String(bytes)}\n";
    }

    /// <summary>Reads the line without its newline; <paramref name="number"/> counts signature lines from 1, for the message.</summary>
    internal static NoteSignature Parse(string line, int number)
    {
        if (!line.StartsWith(Prefix, StringComparison.Ordinal)) throw new FormatException($"Signature line {number} of the note does not begin with an em dash and a space.");
        if (line[Prefix.Length..].Split(' ') is not [var name, var base64]) throw new FormatException($"Signature line {number} of the note is not a key name and a signature.");
        NoteText.CheckKeyName(name);
        if (NoteText.FromBase64(base64) is not { Length: > KeyIdSize } bytes) throw new FormatException($"Signature line {number} of the note, by '{name}', is not base64 of a key id and a signature.");
        return new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[KeyIdSize..]);
    }
}
