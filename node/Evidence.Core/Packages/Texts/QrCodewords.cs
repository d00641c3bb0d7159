namespace Evidence.Core.Packages.Texts;

/// <summary>The codewords of a QR symbol of version 10-M (ISO/IEC 18004): one alphanumeric segment, padded, with its error correction, interleaved.</summary>
internal static class QrCodewords
{
    /// <summary>The longest text that fits.</summary>
    internal const int MaxText = 311;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    private const int AlphanumericMode = 0b0010, CountBits = 11, PairBits = 11, SingleBits = 6, TerminatorBits = 4;
    private const int DataLength = 216, ErrorLength = 26, FieldPolynomial = 0x11D;

    private static readonly int[] BlockLengths = [43, 43, 43, 43, 44];

    /// <exception cref="ArgumentException">The text is too long, or has a character that the mode has not.</exception>
    internal static byte[] Of(string text)
    {
        if (text.Length > MaxText || text.Any(static c => !Alphabet.Contains(c, StringComparison.Ordinal))) throw new ArgumentException($"'{text}' does not fit into the symbol.", nameof(text));
        var data = Data(text);
        var blocks = new List<byte[]>();
        foreach (var length in BlockLengths)
        {
            blocks.Add(data[..length]);
            data = data[length..];
        }

        return [.. Interleave(blocks), .. Interleave([.. blocks.Select(ErrorCorrection)])];
    }

    private static byte[] Data(string text)
    {
        var bits = new List<bool>();
        void Append(int value, int count)
        {
            while (count-- > 0) bits.Add((value >> count & 1) != 0);
        }

        Append(AlphanumericMode, 4);
        Append(text.Length, CountBits);
        for (var i = 0; i < text.Length; i += 2)
        {
            var first = Alphabet.IndexOf(text[i], StringComparison.Ordinal);
            if (i + 1 < text.Length) Append(first * Alphabet.Length + Alphabet.IndexOf(text[i + 1], StringComparison.Ordinal), PairBits);
            else Append(first, SingleBits);
        }

        Append(0, Math.Min(TerminatorBits, DataLength * 8 - bits.Count));
        Append(0, -bits.Count & 7);
        for (var pad = 0xEC; bits.Count < DataLength * 8; pad ^= 0xEC ^ 0x11) Append(pad, 8);
        return [.. bits.Chunk(8).Select(static octet => (byte)octet.Aggregate(0, static (value, bit) => value << 1 | (bit ? 1 : 0)))];
    }

    private static IEnumerable<byte> Interleave(IReadOnlyList<byte[]> blocks) =>
        Enumerable.Range(0, blocks.Max(static block => block.Length)).SelectMany(i => blocks.Where(block => i < block.Length).Select(block => block[i]));

    /// <summary>The remainder of the block by the generator polynomial, whose roots are the first powers of 2 in GF(256).</summary>
    private static byte[] ErrorCorrection(byte[] block)
    {
        var generator = Generator();
        var remainder = new byte[ErrorLength];
        foreach (var value in block)
        {
            var factor = (byte)(value ^ remainder[0]);
            for (var i = 0; i < ErrorLength; i++) remainder[i] = (byte)((i + 1 < ErrorLength ? remainder[i + 1] : 0) ^ Multiply(generator[i], factor));
        }

        return remainder;
    }

    private static byte[] Generator()
    {
        var generator = new byte[ErrorLength];
        generator[^1] = 1;
        byte root = 1;
        for (var i = 0; i < ErrorLength; i++, root = Multiply(root, 2))
        {
            for (var j = 0; j < ErrorLength; j++) generator[j] = (byte)(Multiply(generator[j], root) ^ (j + 1 < ErrorLength ? generator[j + 1] : 0));
        }

        return generator;
    }

    private static byte Multiply(byte left, byte right)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--) product = product << 1 ^ (product >> 7) * FieldPolynomial ^ (right >> bit & 1) * left;
        return (byte)product;
    }
}
