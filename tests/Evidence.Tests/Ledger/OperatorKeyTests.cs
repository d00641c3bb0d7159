using System.Text.Json;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

public sealed class OperatorKeyTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [VectorFact]
    public void Has_the_published_address_of_each_key()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Vectors.PathOf("ethereum", "BasicTests", "keyaddrtest.json")));
        foreach (var example in document.RootElement.EnumerateArray())
        {
            var key = OperatorKey.FromBytes(Convert.FromHexString(example.GetProperty("key").GetString()!));
            Assert.Equal("0x" + example.GetProperty("addr").GetString(), key.Address, ignoreCase: true);
        }
    }

    [Fact]
    public void Reads_a_key_file_with_a_line_end()
    {
        File.WriteAllText(_file, new string('1', 64) + "\n");
        Assert.Equal(OperatorKey.FromBytes(Convert.FromHexString(new string('1', 64))).Address, OperatorKey.Load(_file).Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("11")]
    [InlineData("0x1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("111111111111111111111111111111111111111111111111111111111111111g")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public void Rejects_what_is_not_a_key(string text)
    {
        File.WriteAllText(_file, text);
        Assert.Throws<FormatException>(() => OperatorKey.Load(_file));
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Writes_addresses_with_their_checksum(string example)
    {
        Assert.Equal(example, AccountAddress.Format(AccountAddress.Parse(example)));
        Assert.Equal(example, AccountAddress.Format(AccountAddress.Parse(example.ToLowerInvariant())));
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    public void Rejects_a_mistyped_address(string text) => Assert.Throws<FormatException>(() => AccountAddress.Parse(text));

    public void Dispose() => File.Delete(_file);
}
