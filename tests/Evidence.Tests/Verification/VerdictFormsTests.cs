using Evidence.Core.Verification;

namespace Evidence.Tests.Verification;

public sealed class VerdictFormsTests
{
    private static readonly SampleRecord Sample = new();

    [Fact]
    public void Says_the_three_values_in_both_languages()
    {
        Assert.Equal("INTACT 一致", VerdictText.Label(Outcome.Intact));
        Assert.Equal("ALTERED 不一致", VerdictText.Label(Outcome.Altered));
        Assert.Equal("UNDETERMINED 无法判定", VerdictText.Label(Outcome.Undetermined));
        Assert.Equal(Enum.GetValues<Layer>().Length, Enum.GetValues<Layer>().Select(VerdictText.Chinese).Distinct().Count());
    }

    [Fact]
    public void Reads_back_the_json_of_every_verdict()
    {
        foreach (var verdict in new[]
        {
            RecordVerifier.Verify(Sample.Evidence, Sample.Trust),
            RecordVerifier.Verify(Sample.Evidence with { Parts = [], Anchor = null }, null),
        })
        {
            var json = VerdictJson.ToJson(verdict, "node1");
            var read = VerdictJson.Parse(json.DeepClone());
            Assert.Equal(json.ToJsonString(), VerdictJson.ToJson(read, "node1").ToJsonString());
            Assert.Equal(verdict.Findings, read.Findings);
            Assert.Equal(verdict.ProvenNoLaterThan, read.ProvenNoLaterThan);
        }
    }

    [Theory]
    [InlineData("whole", "MAYBE")]
    [InlineData("record", "1")]
    [InlineData("format", "x")]
    public void Names_the_member_of_the_json_that_is_wrong(string name, string value)
    {
        var json = VerdictJson.ToJson(RecordVerifier.Verify(Sample.Evidence, Sample.Trust));
        json[name] = value;
        Assert.Contains(name, Assert.Throws<FormatException>(() => VerdictJson.Parse(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Renders_outcome_layers_grounds_and_findings_for_a_person()
    {
        var text = VerdictText.Render(RecordVerifier.Verify(Sample.Evidence with { Parts = [] }, Sample.Trust));
        Assert.Contains("ALTERED 不一致", text, StringComparison.Ordinal);
        Assert.Contains("E102", text, StringComparison.Ordinal);
        Assert.Contains(Sample.Trust.Sha256.ToString(), text, StringComparison.Ordinal);
        Assert.Contains("rests on:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Gives_every_finding_code_once()
    {
        var codes = typeof(FindingCodes).GetFields().Select(static field => (string)field.GetValue(null)!).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, static code => Assert.Matches("^E[1-8][0-9]{2}$", code));
    }
}
