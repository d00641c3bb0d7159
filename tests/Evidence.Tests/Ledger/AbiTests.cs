using System.Text;
using System.Text.Json;
using Evidence.Ledger.Abi;

namespace Evidence.Tests.Ledger;

public sealed class AbiTests
{
    [VectorFact]
    public void Encodes_the_published_examples()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Vectors.PathOf("ethereum", "ABITests", "basic_abi_tests.json")));
        var examples = document.RootElement.EnumerateObject().ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var types = example.Value.GetProperty("types").EnumerateArray().Select(type => type.GetString()!);
            var values = example.Value.GetProperty("args").EnumerateArray().Zip(types, Value).ToArray();
            Assert.Equal(example.Value.GetProperty("result").GetString(), Convert.ToHexStringLower(AbiValue.EncodeAll(values)));
        }
    }

    [Fact]
    public void Puts_a_text_behind_the_heads_and_reads_it_again()
    {
        var reader = new AbiReader(AbiValue.EncodeAll(AbiValue.Uint(7), AbiValue.Text("全宗 A"), AbiValue.Uint(ulong.MaxValue)));
        Assert.Equal((7UL, "全宗 A", ulong.MaxValue), (reader.Uint64(0), reader.Text(1), reader.Uint64(2)));
    }

    [Fact]
    public void Rejects_a_word_that_is_not_there() => Assert.Throws<FormatException>(() => new AbiReader(new byte[63]).Uint64(1));

    [Fact]
    public void Rejects_a_number_of_more_than_64_bits() =>
        Assert.Throws<FormatException>(() => new AbiReader(AbiValue.Uint(System.Numerics.BigInteger.Pow(2, 64)).Encoding).Uint64(0));

    [Fact]
    public void Rejects_an_address_of_more_than_20_bytes() =>
        Assert.Throws<FormatException>(() => new AbiReader(AbiValue.Uint(System.Numerics.BigInteger.Pow(2, 160)).Encoding).Address(0));

    [Fact]
    public void Rejects_an_offset_behind_the_end() =>
        Assert.Throws<FormatException>(() => new AbiReader(AbiValue.Uint(33).Encoding).At(0));

    [Fact]
    public void Rejects_a_text_that_is_longer_than_the_data() =>
        Assert.Throws<FormatException>(() => new AbiReader(AbiValue.EncodeAll(AbiValue.Text("text"))[..^29]).Text(0));

    [Fact]
    public void Derives_the_selector_that_every_token_has() =>
        Assert.Equal("a9059cbb", Convert.ToHexStringLower(FunctionCall.Selector("transfer(address,uint256)")));

    private static AbiValue Value(JsonElement argument, string type) => type switch
    {
        "uint256" => AbiValue.Uint(argument.GetUInt64()),
        "uint32[]" => AbiValue.List(argument.EnumerateArray().Select(item => AbiValue.Uint(item.GetUInt64()))),
        "bytes10" => AbiValue.FixedBytes(Encoding.ASCII.GetBytes(argument.GetString()!)),
        "bytes" => AbiValue.Bytes(Encoding.ASCII.GetBytes(argument.GetString()!)),
        "address" => AbiValue.Address(Convert.FromHexString(argument.GetString()![2..])),
        _ => throw new NotSupportedException(type),
    };
}
