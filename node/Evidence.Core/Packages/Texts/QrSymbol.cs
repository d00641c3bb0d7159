using System.Globalization;
using System.Text;

namespace Evidence.Core.Packages.Texts;

/// <summary>
/// QR symbols as certificates have them (ISO/IEC 18004): always version 10, error correction M and mask pattern 0, so that whoever draws one draws the same. Libraries choose
/// version and mask for themselves, which no other program could be held to.
/// </summary>
internal sealed class QrSymbol
{
    internal const int Size = 57;

    private const int Margin = 4, TimingLine = 6, VersionBits = 0x0A4D3, FormatBits = 0x5412;

    private static readonly int[] AlignmentCentres = [6, 28, 50];

    private readonly bool[,] _dark = new bool[Size, Size], _isFixed = new bool[Size, Size];

    private QrSymbol(string text)
    {
        DrawFixed();
        DrawCodewords(QrCodewords.Of(text));
    }

    /// <summary>Whether the module in a column and a row is dark.</summary>
    internal bool this[int x, int y] => _dark[x, y];

    /// <exception cref="ArgumentException">The text does not fit.</exception>
    internal static QrSymbol Of(string text) => new(text);

    /// <summary>The symbol as one SVG element: a run of dark modules is a stroke of one module's width.</summary>
    internal static string Svg(string text)
    {
        var symbol = Of(text);
        var path = new StringBuilder();
        for (var y = 0; y < Size; y++) symbol.AppendRow(path, y);
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 65 65\"><path stroke=\"#000\" d=\"{path}\"/></svg>";
    }

    private void AppendRow(StringBuilder path, int y)
    {
        var end = -1;
        for (var x = 0; x < Size; x++)
        {
            if (!_dark[x, y]) continue;
            var begin = x;
            while (x < Size && _dark[x, y]) x++;
            if (end < 0) path.Append(CultureInfo.InvariantCulture, $"M{begin + Margin} {y + Margin}.5h{x - begin}");
            else path.Append(CultureInfo.InvariantCulture, $"m{begin - end} 0h{x - begin}");
            end = x;
        }
    }

    private void DrawFixed()
    {
        for (var i = 0; i < Size; i++)
        {
            Fix(TimingLine, i, i % 2 == 0);
            Fix(i, TimingLine, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(Size - 4, 3);
        DrawFinder(3, Size - 4);
        foreach (var x in AlignmentCentres)
        {
            foreach (var y in AlignmentCentres)
                if (!IsFinderCorner(x, y)) DrawAlignment(x, y);
        }

        DrawFormat();
        DrawVersion();
    }

    private static bool IsFinderCorner(int x, int y) => (x, y) is (6, 6) or (6, 50) or (50, 6);

    /// <summary>A finder pattern with its separator, as far as it is within the symbol.</summary>
    private void DrawFinder(int centreX, int centreY)
    {
        for (var dy = -4; dy <= 4; dy++)
        {
            for (var dx = -4; dx <= 4; dx++)
            {
                var (x, y) = (centreX + dx, centreY + dy);
                if (x is >= 0 and < Size && y is >= 0 and < Size) Fix(x, y, Math.Max(Math.Abs(dx), Math.Abs(dy)) is not (2 or 4));
            }
        }
    }

    private void DrawAlignment(int centreX, int centreY)
    {
        for (var dy = -2; dy <= 2; dy++)
        {
            for (var dx = -2; dx <= 2; dx++) Fix(centreX + dx, centreY + dy, Math.Max(Math.Abs(dx), Math.Abs(dy)) != 1);
        }
    }

    /// <summary>Error correction M and mask 0, twice (section 7.9), and the module that is always dark.</summary>
    private void DrawFormat()
    {
        static bool Bit(int i) => (FormatBits >> i & 1) != 0;
        for (var i = 0; i <= 5; i++) Fix(8, i, Bit(i));
        Fix(8, 7, Bit(6));
        Fix(8, 8, Bit(7));
        Fix(7, 8, Bit(8));
        for (var i = 9; i < 15; i++) Fix(14 - i, 8, Bit(i));
        for (var i = 0; i < 8; i++) Fix(Size - 1 - i, 8, Bit(i));
        for (var i = 8; i < 15; i++) Fix(8, Size - 15 + i, Bit(i));
        Fix(8, Size - 8, true);
    }

    /// <summary>The version, twice (section 7.10).</summary>
    private void DrawVersion()
    {
        for (var i = 0; i < 18; i++)
        {
            var bit = (VersionBits >> i & 1) != 0;
            Fix(Size - 11 + i % 3, i / 3, bit);
            Fix(i / 3, Size - 11 + i % 3, bit);
        }
    }

    /// <summary>Two columns at a time from the right, upwards and downwards in turn, the timing column left out (section 7.7.3); mask 0 inverts where row and column have an even sum.</summary>
    private void DrawCodewords(byte[] codewords)
    {
        var next = 0;
        for (var right = Size - 1; right >= 1; right -= 2)
        {
            if (right == TimingLine) right--;
            for (var step = 0; step < Size; step++)
            {
                var y = ((right + 1) & 2) == 0 ? Size - 1 - step : step;
                for (var x = right; x >= right - 1; x--)
                {
                    if (_isFixed[x, y]) continue;
                    var bit = (codewords[next >> 3] >> (7 - (next & 7)) & 1) != 0;
                    _dark[x, y] = bit ^ (x + y) % 2 == 0;
                    next++;
                }
            }
        }
    }

    private void Fix(int x, int y, bool dark) => (_dark[x, y], _isFixed[x, y]) = (dark, true);
}
