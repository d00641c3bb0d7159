using Evidence.Core.Json;

namespace Evidence.Tests.Json;

/// <summary>Inputs and outputs of the RFC's author (cyberphone/json-canonicalization).</summary>
public sealed class JcsVectorTests
{
    [VectorTheory]
    [InlineData("arrays")]
    [InlineData("french")]
    [InlineData("structures")]
    [InlineData("unicode")]
    [InlineData("values")]
    [InlineData("weird")]
    public void The_canonical_form_is_the_published_one(string name)
    {
        var canonical = CanonicalJson.Serialize(CanonicalJson.Parse(File.ReadAllBytes(Vectors.PathOf("jcs", "input", name + ".json"))));
        var hex = File.ReadAllText(Vectors.PathOf("jcs", "outhex", name + ".txt"));
        Assert.Equal(Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit))), canonical);
        Assert.Equal(File.ReadAllBytes(Vectors.PathOf("jcs", "output", name + ".json")), canonical);
        Assert.True(CanonicalJson.IsCanonical(canonical));
    }
}
