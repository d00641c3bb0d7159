using System.Globalization;
using Evidence.Core.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Evidence.Tests.Json;

public sealed class JsonNumberTests
{
    /// <summary>RFC 8785, appendix B: IEEE 754 bits and what they are written as.</summary>
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void A_double_is_written_as_ECMAScript_writes_it(ulong bits, string text) =>
        Assert.Equal(text, JsonNumber.Format(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-10", "-10")]
    [InlineData("1e3", "1000")]
    [InlineData("120E-1", "12")]
    [InlineData("0.1", "0.1")]
    [InlineData("123.456", "123.456")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("12e-8", "1.2e-7")]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("9007199254740994", "9007199254740994")]
    public void A_number_in_any_form_has_one_canonical_form(string json, string text) => Assert.Equal(text, JsonNumber.Canonical(json));

    [Fact]
    public void Infinity_and_NaN_are_refused()
    {
        Assert.Throws<FormatException>(() => JsonNumber.Format(double.NaN));
        Assert.Throws<FormatException>(() => JsonNumber.Format(double.NegativeInfinity));
        Assert.Throws<FormatException>(() => JsonNumber.Canonical("1e999"));
    }

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("-9223372036854775807")]
    [InlineData("18446744073709551615")]
    public void An_integer_that_would_silently_become_another_is_refused(string json) =>
        Assert.Throws<FormatException>(() => JsonNumber.Canonical(json));

    [Fact]
    public void Any_bits_read_back_as_the_same_double() =>
        Prop.ForAll<ulong>(bits =>
        {
            var value = BitConverter.UInt64BitsToDouble(bits * 0x9e3779b97f4a7c15); // small numbers spread over all exponents
            return !double.IsFinite(value) || double.Parse(JsonNumber.Format(value), CultureInfo.InvariantCulture) == value;
        }).QuickCheckThrowOnFailure();
}
