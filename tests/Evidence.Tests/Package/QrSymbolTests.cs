using System.Text;
using Evidence.Core;
using Evidence.Core.Packages.Texts;

namespace Evidence.Tests.Package;

/// <summary>Held to the symbols that another program draws (npm qrcode 1.5.4, one alphanumeric segment, version 10, M, mask pattern 0): SHA-256 of all modules row by row as characters 0 and 1.</summary>
public sealed class QrSymbolTests
{
    private const string Anchored = "EVIDENCE1:0198C1D2-7A3B-7C4D-8E5F-001122334455:5E1C0000000000000000000000000000000000000000000000000000000000FF:31337:5FBDB2315678AFECB367F032D93F642F64180AA3:7:9A0C000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("A", 1, "121c4e9786649aea053ceffd6fbe1e9cb837862fadfa93577a1f612cf4c841a7")]
    [InlineData(Anchored, 1, "b3acdf3f709e65a5ce7230ba9cf4a7b06b12ac491bd4c901867e5c3ed488cbe9")]
    [InlineData("Z $%*+-./:", 31, "9b2e22c74b72a9021384169b3c779dac6ad69378d3dd638c8eaf0ec6be0d5ca1")]
    public void Draws_the_symbol_that_others_draw(string text, int times, string sha256)
    {
        var symbol = QrSymbol.Of(string.Concat(Enumerable.Repeat(text, times)));
        var modules = new StringBuilder();
        for (var y = 0; y < QrSymbol.Size; y++)
        {
            for (var x = 0; x < QrSymbol.Size; x++) modules.Append(symbol[x, y] ? '1' : '0');
        }

        Assert.Equal(Digest.Parse(sha256), Digest.Of(Encoding.ASCII.GetBytes(modules.ToString())));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Assert.Throws<ArgumentException>(() => QrSymbol.Of("lower case"));
        Assert.Throws<ArgumentException>(() => QrSymbol.Of(new string('A', QrCodewords.MaxText + 1)));
        Assert.True(QrSymbol.Of(new string('A', QrCodewords.MaxText))[0, 0]);
    }
}
