using System.Text;
using Evidence.Core;
using Evidence.Core.Json;
using Evidence.Core.Seals;
using FsCheck;
using FsCheck.Fluent;

namespace Evidence.Tests.Seals;

public sealed class SealTests
{
    private const string Text =
        """{"format":"evidence.seal/1","parts":[""" + Content + "," + Signature + "," + Certificates + "," + Metadata + "]," + Rest;

    private const string Content = """{"name":"c0001","role":"content","sha256":"1111111111111111111111111111111111111111111111111111111111111111","size":1024}""";
    private const string Signature = """{"name":"s0001","of":"c0001","role":"signature","sha256":"2222222222222222222222222222222222222222222222222222222222222222","size":71,"type":"ecdsa-sha256"}""";
    private const string Certificates = """{"name":"k0001","of":"s0001","role":"certificates","sha256":"3333333333333333333333333333333333333333333333333333333333333333","size":900}""";
    private const string Metadata = """{"name":"m0001","role":"metadata","sha256":"4444444444444444444444444444444444444444444444444444444444444444","size":0}""";
    private const string Rest = "\"received\":\"2026-11-22T08:33:03.123Z\",\"record\":\"0198c1d2-7a3b-7c4d-8e5f-001122334455\",\"submitter\":\"档案室 \\\"A\\\"\"}";

    private static readonly Seal Sample = new(
        RecordId.Parse("0198c1d2-7a3b-7c4d-8e5f-001122334455"),
        new DateTimeOffset(2026, 11, 22, 8, 33, 3, 123, TimeSpan.Zero),
        "档案室 \"A\"",
        [
            new SealPart("c0001", PartRole.Content, 1024, Repeated('1')),
            new SealPart("s0001", PartRole.Signature, 71, Repeated('2'), "c0001", SignatureTypes.EcdsaSha256),
            new SealPart("k0001", PartRole.Certificates, 900, Repeated('3'), "s0001"),
            new SealPart("m0001", PartRole.Metadata, 0, Repeated('4')),
        ]);

    [Fact]
    public void A_seal_is_written_in_one_canonical_form()
    {
        Assert.Equal(Text, Encoding.UTF8.GetString(Sample.Encode()));
        Assert.True(CanonicalJson.IsCanonical(Sample.Encode()));
    }

    [Fact]
    public void A_seal_is_read_back()
    {
        var seal = Parse(Text);
        Assert.Equal(Sample.Parts, seal.Parts);
        Assert.Equal((Sample.Record, Sample.Received, Sample.Submitter), (seal.Record, seal.Received, seal.Submitter));
    }

    [Fact]
    public void The_time_of_receipt_is_kept_in_UTC_and_whole_milliseconds()
    {
        var seal = Sample with { Received = new DateTimeOffset(2026, 11, 22, 16, 33, 3, 123, TimeSpan.FromHours(8)).AddTicks(9_999) };
        Assert.Equal(Sample.Received, seal.Received);
        Assert.Equal(TimeSpan.Zero, seal.Received.Offset);
        Assert.Equal(Sample.Encode(), seal.Encode());
    }

    [Theory]
    [InlineData("\"format\":\"evidence.seal/1\"", "\"format\":\"evidence.seal/2\"", "format")]
    [InlineData("\"format\":\"evidence.seal/1\",", "", "format")]
    [InlineData(",\"submitter\":\"档案室 \\\"A\\\"\"", "", "submitter")]
    [InlineData("\"submitter\":\"档案室 \\\"A\\\"\"", "\"submitter\":null", "submitter")]
    [InlineData("\"submitter\"", "\"submitted\"", "submitter")]
    [InlineData("\"received\":\"2026-11-22T08:33:03.123Z\"", "\"received\":\"2026-11-22T08:33:03Z\"", "received")]
    [InlineData("2026-11-22T08:33:03.123Z", "2026-11-22T08:33:03.123+00:00", "received")]
    [InlineData("2026-11-22T08:33:03.123Z", "2026-02-30T08:33:03.123Z", "received")]
    [InlineData("0198c1d2-7a3b-7c4d-8e5f-001122334455", "0198C1D2-7A3B-7C4D-8E5F-001122334455", "canonical")]
    [InlineData("0198c1d2-7a3b-7c4d-8e5f-001122334455", "0198c1d27a3b7c4d8e5f001122334455", "record")]
    [InlineData("\"size\":1024", "\"size\":1024.0", "size")]
    [InlineData("\"size\":1024", "\"size\":1.024e3", "size")]
    [InlineData("\"size\":1024", "\"size\":-1", "size")]
    [InlineData("\"size\":1024", "\"size\":9007199254740992", "size")]
    [InlineData("\"size\":1024", "\"size\":99999999999999999999", "size")]
    [InlineData("\"size\":1024", "\"size\":\"1024\"", "size")]
    [InlineData("\"size\":71", "\"size\":-0", "canonical")]
    [InlineData("\"type\":\"ecdsa-sha256\"", "\"type\":\"md5\"", "md5")]
    [InlineData(",\"type\":\"ecdsa-sha256\"", "", "type")]
    [InlineData(",\"type\":\"ecdsa-sha256\"", ",\"type\":\"ecdsa-sha256\",\"x\":1", "type")]
    [InlineData("\"size\":900", "\"size\":900,\"type\":\"cms\"", "type")]
    [InlineData("\"size\":900", "\"size\":900,\"sm3\":\"\"", "size")]
    [InlineData("\"of\":\"c0001\",", "", "s0001")]
    [InlineData("\"of\":\"c0001\"", "\"of\":\"c0002\"", "c0002")]
    [InlineData("\"of\":\"c0001\"", "\"of\":\"m0001\"", "m0001")]
    [InlineData("\"of\":\"c0001\"", "\"of\":\"s0001\"", "s0001")]
    [InlineData("\"of\":\"s0001\"", "\"of\":\"c0001\"", "k0001")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"c0001\",\"of\":\"c0001\"", "of")]
    [InlineData("\"name\":\"m0001\"", "\"name\":\"m0001\",\"of\":\"c0001\"", "of")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"c0000\"", "c0000")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"s0009\"", "s0009")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"c001\"", "c001")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"c+001\"", "c+001")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"c 001\"", "c 001")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"c٠٠٠١\"", "c٠٠٠١")]
    [InlineData("\"name\":\"c0001\"", "\"name\":\"C0001\"", "C0001")]
    [InlineData("\"name\":\"m0001\"", "\"name\":\"m0002\"", "m0002")]
    [InlineData("\"role\":\"content\"", "\"role\":\"Content\"", "Content")]
    [InlineData("\"role\":\"content\"", "\"role\":\"metadata\"", "c0001")]
    [InlineData("\"role\":\"content\",", "", "role")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111", "111111111111111111111111111111111111111111111111111111111111111", "sha256")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111", "g111111111111111111111111111111111111111111111111111111111111111", "sha256")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111", "A111111111111111111111111111111111111111111111111111111111111111", "canonical")]
    [InlineData("{\"format\"", "{ \"format\"", "canonical")]
    [InlineData("evidence.seal/1", "evidence\\u002eseal/1", "canonical")]
    [InlineData("档案室", "\\u6863案室", "canonical")]
    [InlineData("档案室", "\\ud800", "JSON")]
    [InlineData("档案室", "档\n案室", "JSON")]
    [InlineData("[{", "[[{", "parts")]
    [InlineData("\"parts\":[", "\"parts\":[null,", "parts")]
    [InlineData("\"parts\":[", "\"parts\":{", "parts")]
    public void A_seal_that_breaks_a_rule_is_refused_and_the_message_names_it(string from, string to, string named)
    {
        var broken = Text.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Text, broken);
        Assert.Contains(named, Assert.Throws<FormatException>(() => Parse(broken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_there_twice_is_refused()
    {
        var broken = Text.Replace(Metadata, Content, StringComparison.Ordinal);
        Assert.Contains("c0001", Assert.Throws<FormatException>(() => Parse(broken)).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => (Sample with { Parts = [Sample.Parts[0], Sample.Parts[0]] }).Encode());
    }

    [Fact]
    public void A_record_without_content_is_refused() =>
        Assert.Throws<FormatException>(() => (Sample with { Parts = [Sample.Parts[3]] }).Encode());

    [Fact]
    public void Members_in_another_order_are_refused() =>
        Assert.Throws<FormatException>(() => Parse(Text.Replace("\"received\":\"2026-11-22T08:33:03.123Z\",", "", StringComparison.Ordinal).Replace("}", ",\"received\":\"2026-11-22T08:33:03.123Z\"}", StringComparison.Ordinal)));

    [Fact]
    public void Trailing_bytes_are_refused()
    {
        Assert.Throws<FormatException>(() => Parse(Text + "\n"));
        Assert.Throws<FormatException>(() => Parse(Text + "{}"));
        Assert.Throws<FormatException>(() => Parse("\ufeff" + Text));
    }

    [Fact]
    public void A_seal_that_is_cut_off_anywhere_is_refused()
    {
        var bytes = Sample.Encode();
        for (var length = 0; length < bytes.Length; length++) Assert.Throws<FormatException>(() => Seal.Parse(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void A_seal_with_any_one_bit_flipped_is_refused_or_says_something_else()
    {
        var bytes = Sample.Encode();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(bytes, Seal.Parse(bytes).Encode());
            }
            catch (FormatException)
            {
                // refused
            }

            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        var bytes = Sample.Encode();
        bytes[bytes.AsSpan().IndexOf("档"u8)] = 0xff;
        Assert.Throws<FormatException>(() => Seal.Parse(bytes));
    }

    [Fact]
    public void The_largest_seal_is_an_entry_of_a_bundle_and_one_byte_more_is_refused()
    {
        var room = Seal.MaxSize - (Sample with { Submitter = "" }).Encode().Length;
        var largest = (Sample with { Submitter = new string('a', room) }).Encode();
        Assert.Equal(Seal.MaxSize, largest.Length);
        Assert.Equal(largest, Seal.Parse(largest).Encode());
        Assert.Throws<FormatException>(() => (Sample with { Submitter = new string('a', room + 1) }).Encode());
        Assert.Throws<FormatException>(() => Seal.Parse(new byte[Seal.MaxSize + 1]));
    }

    [Fact]
    public void The_largest_part_size_is_the_largest_integer_of_JSON()
    {
        var seal = Sample with { Parts = [Sample.Parts[0] with { Size = 9007199254740991 }] };
        Assert.Equal(9007199254740991, Seal.Parse(seal.Encode()).Parts[0].Size);
        Assert.Throws<FormatException>(() => (Sample with { Parts = [Sample.Parts[0] with { Size = 9007199254740992 }] }).Encode());
    }

    [Fact]
    public void Any_submitter_that_is_text_is_read_back() =>
        Prop.ForAll<NonNull<string>>(name =>
        {
            if (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name.Get)) != name.Get) return;
            var bytes = (Sample with { Submitter = name.Get }).Encode();
            Assert.True(CanonicalJson.IsCanonical(bytes));
            Assert.Equal(name.Get, Seal.Parse(bytes).Submitter);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Damaged_seals_are_read_or_refused_and_never_crash_the_reader() =>
        StrictParsing.AssertReadsOrRefuses(Sample.Encode(), bytes => Assert.Equal(bytes, Seal.Parse(bytes).Encode()));

    private static Digest Repeated(char digit) => Digest.Parse(new string(digit, 64));

    private static Seal Parse(string text) => Seal.Parse(Encoding.UTF8.GetBytes(text));
}
