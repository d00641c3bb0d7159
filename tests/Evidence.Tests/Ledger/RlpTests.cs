using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;

namespace Evidence.Tests.Ledger;

public sealed class RlpTests
{
    [VectorFact]
    public void Encodes_and_decodes_the_published_values()
    {
        foreach (var (name, test) in EthereumVectors.Load("RLPTests", "rlptest.json"))
        {
            var expected = EthereumVectors.Bytes(test!["out"]);
            Assert.True(expected.AsSpan().SequenceEqual(Encode(test["in"])), name);
            Assert.True(Rlp.Decode(expected).Raw.Span.SequenceEqual(Encode(Rlp.Decode(expected))), name);
        }
    }

    [VectorFact]
    public void Refuses_everything_that_is_published_as_invalid()
    {
        foreach (var (name, test) in EthereumVectors.Load("RLPTests", "invalidRLPTest.json"))
        {
            var bytes = EthereumVectors.Bytes(test!["out"]);
            Assert.True(Refuses(bytes), name);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("8100")]
    [InlineData("817f")]
    [InlineData("b80155")]
    [InlineData("b90001ff")]
    [InlineData("b8")]
    [InlineData("83aabb")]
    [InlineData("c180ff")]
    [InlineData("c281")]
    [InlineData("f80180")]
    [InlineData("bfffffffffffffffff")]
    [InlineData("ffffffffffffffffff")]
    [InlineData("bb80000000")]
    public void Refuses_what_is_not_the_one_encoding_of_a_value(string hex) => Assert.True(Refuses(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    [InlineData(2000, true)]
    public void Refuses_nesting_beyond_the_limit(int depth, bool refused)
    {
        byte[] nested = [0xc0];
        for (var i = 0; i < depth; i++) nested = Rlp.EncodeList([nested]);
        Assert.Equal(refused, Refuses(nested));
    }

    [Theory]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    public void Refuses_more_items_than_the_limit(int items, bool refused)
    {
        // The list of all, a list in it, and as many bytes as are left.
        var encoded = Rlp.EncodeList([Rlp.EncodeList([]), .. Enumerable.Repeat(Rlp.Encode([1]), items - 2)]);
        Assert.Equal(refused, Refuses(encoded));
    }

    [Fact]
    public void Reads_back_what_it_wrote_at_every_boundary_of_lengths()
    {
        foreach (var length in new[] { 0, 1, 2, 54, 55, 56, 57, 255, 256, 257, 65535, 65536 })
        {
            var bytes = Enumerable.Repeat((byte)0x80, length).ToArray();
            Assert.True(Rlp.Decode(Rlp.Encode(bytes)).Bytes.Span.SequenceEqual(bytes));
            Assert.True(Rlp.Decode(Rlp.EncodeList([Rlp.Encode(bytes)])).Items.Single().Bytes.Span.SequenceEqual(bytes));
        }
    }

    private static bool Refuses(byte[] bytes)
    {
        try
        {
            Rlp.Decode(bytes);
            return false;
        }
        catch (FormatException)
        {
            return true;
        }
    }

    private static byte[] Encode(RlpItem item) => item.IsList ? Rlp.EncodeList(item.Items.Select(Encode)) : Rlp.Encode(item.Bytes.Span);

    private static byte[] Encode(JsonNode? value) => value switch
    {
        JsonArray items => Rlp.EncodeList(items.Select(Encode)),
        { } number when number.GetValueKind() == JsonValueKind.Number => Rlp.Encode((ulong)number),
        { } text when ((string)text!).StartsWith('#') => Rlp.Encode(BigInteger.Parse(((string)text!)[1..], CultureInfo.InvariantCulture)),
        _ => Rlp.Encode(Encoding.Latin1.GetBytes((string)value!)),
    };
}
