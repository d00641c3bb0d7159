using System.Text;
using Evidence.Core;
using Evidence.Core.Notes;

namespace Evidence.Tests.Notes;

public sealed class VerifierKeyTests
{
    [Theory]
    [InlineData(PublishedNotes.PeterKey, "PeterNeumann", 0xc74f20a3, 1)]
    [InlineData("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "sum.golang.org", 0x033de0ae, 1)]
    [InlineData("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "remora.n621.de", 0xda77ade7, 4)]
    [InlineData("TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6", "TEST", 0x7997405c, 1)]
    public void Published_keys_are_read_and_written(string vkey, string name, uint id, byte algorithm)
    {
        var key = VerifierKey.Parse(vkey);
        Assert.Equal((name, id, algorithm), (key.Name, key.KeyId, key.Algorithm));
        Assert.Equal(32, key.PublicKey.Length);
        Assert.Equal(vkey, key.ToString());
        Assert.Equal(VerifierKey.Parse(vkey), key);
        Assert.Equal(Digest.Of(Encoding.UTF8.GetBytes(vkey)), key.LogId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PeterNeumann")]
    [InlineData("PeterNeumann+c74f20a3")]
    [InlineData("PeterNeumann+c74f20a3+")]
    [InlineData("PeterNeumann+c74f20a3+!!!!")]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // another id
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // upper case
    [InlineData("PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T")] // cut off
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n")]
    [InlineData("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")] // too long
    [InlineData("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // unknown algorithm
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("rekor.sigstore.dev+12345678+AwEB")]
    public void A_text_that_is_no_key_is_refused(string vkey) => Assert.Throws<FormatException>(() => VerifierKey.Parse(vkey));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\u3000b")]
    [InlineData("a\nb")]
    [InlineData("a\u0001b")]
    public void A_name_that_no_key_may_have_is_refused(string name)
    {
        Assert.Throws<FormatException>(() => new LogSigner(name, new byte[32]));
        Assert.Throws<FormatException>(() => new Cosigner(name, new byte[32]));
    }

    [Fact]
    public void A_name_that_is_half_a_character_is_refused() =>
        Assert.Throws<FormatException>(() => new LogSigner("\ud800", new byte[32])); // no attribute can hold this text

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_seed_of_another_length_is_refused(int length)
    {
        Assert.Throws<ArgumentException>(() => new LogSigner("a", new byte[length]));
        Assert.Throws<ArgumentException>(() => new Cosigner("a", new byte[length]));
    }

    [Fact]
    public void The_same_key_has_another_id_as_a_witness_and_under_another_name()
    {
        var seed = new byte[32];
        var log = new LogSigner("a", seed).Key;
        Assert.NotEqual(log.KeyId, new Cosigner("a", seed).Key.KeyId);
        Assert.NotEqual(log.KeyId, new LogSigner("b", seed).Key.KeyId);
        Assert.NotEqual(log.LogId, new LogSigner("b", seed).Key.LogId);
    }

    [Fact]
    public void A_key_of_a_kind_that_is_not_known_is_not_read_as_one_that_is() =>
        Assert.Contains("0x05", Assert.Throws<FormatException>(() => VerifierKey.Parse(WithAlgorithm(5))).Message, StringComparison.Ordinal);

    private static string WithAlgorithm(byte algorithm) => $"a+00000000+{Convert.ToBase64String([algorithm, .. new byte[32]])}";

    [Fact]
    public void Damaged_keys_are_refused_and_never_crash_the_reader() =>
        StrictParsing.AssertReadsOrRefuses(Encoding.UTF8.GetBytes(PublishedNotes.PeterKey), bytes => Assert.Equal(PublishedNotes.PeterKey, VerifierKey.Parse(Encoding.UTF8.GetString(bytes)).ToString()));
}
