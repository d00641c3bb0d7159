using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Evidence.Tests.Json;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Members_are_sorted_by_utf16_code_units_and_not_by_code_points()
    {
        // U+1F602 begins with the unit D83D and so comes before U+FB33, though its code point is larger.
        Assert.Equal("{\"\":0,\"A\":1,\"a\":2,\"\u20ac\":3,\"\U0001f602\":4,\"\ufb33\":5}", Canonical("""{"\ufb33":5,"\ud83d\ude02":4,"\u20ac":3,"a":2,"A":1,"":0}"""));
    }

    [Fact]
    public void Only_what_must_be_escaped_is_escaped_and_in_the_shortest_way() =>
        Assert.Equal(
            """["\u0000\u0001\b\t\n\u000b\f\r\u001f\"\\/""" + "\u007f\u0080\u2028<>&'é\"]",
            Canonical("""["\u0000\u0001\u0008\u0009\u000A\u000B\u000C\u000D\u001F\u0022\u005C\/\u007f\u0080\u2028\u003C\u003E\u0026\u0027\u00e9"]"""));

    [Fact]
    public void Literals_and_empty_containers_are_written_without_space() =>
        Assert.Equal("""[null,true,false,{},[],{"a":[{}]}]""", Canonical(" [ null , true , false , { } , [ ] , { \"a\" : [ { } ] } ] "));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("[1,]")]
    [InlineData("[1 /* one */]")]
    [InlineData("{'a':1}")]
    [InlineData("[01]")]
    [InlineData("[+1]")]
    [InlineData("[NaN]")]
    [InlineData("\ufeff{}")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"\u0061":1}""")]
    [InlineData("""{"x":[{"a":1,"b":2,"a":3}]}""")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""["\udc00\ud800"]""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""["\q"]""")]
    [InlineData("[\"\n\"]")]
    public void What_is_not_one_strict_JSON_value_is_refused(string text) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        Assert.Throws<FormatException>(() => CanonicalJson.Parse([(byte)'"', 0xff, (byte)'"']));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse([(byte)'"', 0xed, 0xa0, 0x80, (byte)'"'])); // a surrogate
        Assert.Throws<FormatException>(() => CanonicalJson.Parse([(byte)'"', 0xc0, 0x80, (byte)'"'])); // overlong
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_refused()
    {
        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.NotNull(CanonicalJson.Parse(Nested(64)));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse(Nested(65)));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse(Nested(5), maxDepth: 4));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse(Nested(1_000_000)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    public void Values_beyond_the_limit_are_refused(string value)
    {
        // The list itself, an object and its member are three.
        byte[] Of(int count) => Encoding.UTF8.GetBytes($"[{{\"a\":1}},{string.Join(',', Enumerable.Repeat(value, count - 3))}]");
        Assert.NotNull(CanonicalJson.Parse(Of(CanonicalJson.MaxValues)));
        Assert.Throws<FormatException>(() => CanonicalJson.Parse(Of(CanonicalJson.MaxValues + 1)));
    }

    [Theory]
    [InlineData("""{"a":1}""", true)]
    [InlineData("""{"a": 1}""", false)]
    [InlineData("""{"b":1,"a":1}""", false)]
    [InlineData("""{"a":1.0}""", false)]
    [InlineData("""{"a":-0}""", false)]
    [InlineData("""{"a":"\u0041"}""", false)]
    [InlineData("""{"a":"\/"}""", false)]
    [InlineData("""{"a":1}x""", false)]
    [InlineData("{\"a\":1}\n", false)]
    [InlineData("""{"a":9007199254740993}""", false)]
    [InlineData("""{"a":1e999}""", false)]
    [InlineData("""{"a":9007199254740992}""", true)]
    public void Only_the_canonical_form_counts_as_canonical(string text, bool canonical) =>
        Assert.Equal(canonical, CanonicalJson.IsCanonical(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Nodes_made_by_the_program_are_written_as_those_that_were_read() =>
        Assert.Equal(
            """{"a":[1,2.5,"x",null,true],"b":-7,"c":9007199254740991}""",
            Encoding.UTF8.GetString(CanonicalJson.Serialize(new JsonObject { ["c"] = 9007199254740991UL, ["b"] = -7, ["a"] = new JsonArray(1L, 2.5, "x", null, true) })));

    [Fact]
    public void A_half_character_made_by_the_program_is_refused() =>
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(new JsonObject { ["a"] = "\ud800" }));

    [Fact]
    public void An_integer_that_a_double_would_round_is_refused() =>
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(new JsonObject { ["a"] = long.MaxValue }));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_JSON_has_not_is_refused(double number) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Serialize(new JsonObject { ["a"] = number }));

    [Fact]
    public void Any_strings_are_read_back_from_the_canonical_form() =>
        Prop.ForAll<Dictionary<NonNull<string>, string?>>(members =>
        {
            var whole = members.Where(m => IsWhole(m.Key.Get) && IsWhole(m.Value ?? "")).ToDictionary(m => m.Key.Get, m => m.Value);
            var bytes = CanonicalJson.Serialize(new JsonObject(whole.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))));
            var read = CanonicalJson.Parse(bytes).AsObject();
            Assert.True(CanonicalJson.IsCanonical(bytes));
            Assert.Equal(whole.OrderBy(m => m.Key, StringComparer.Ordinal), read.Select(m => KeyValuePair.Create(m.Key, (string?)m.Value)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Damaged_text_is_read_or_refused_and_never_crashes_the_reader() =>
        StrictParsing.AssertReadsOrRefuses(
            Encoding.UTF8.GetBytes("""{"a":[1,-2.5e-3,"é\ud83d\ude02\n",null,true],"b":{"c":{}},"d":[[]]}"""),
            bytes => Assert.True(CanonicalJson.IsCanonical(CanonicalJson.Serialize(CanonicalJson.Parse(bytes)))));

    private static bool IsWhole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    private static string Canonical(string text) => Encoding.UTF8.GetString(CanonicalJson.Serialize(CanonicalJson.Parse(Encoding.UTF8.GetBytes(text))));
}
