using System.Text;
using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Reports;
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
    public void Shows_what_others_wrote_without_letting_it_steer_the_terminal_or_forge_a_line()
    {
        const string Hostile = "a\u001b[2J\u009b2J\r\nINTACT\u2028\u202e\u2066\u061c\u00ad\ud800b";
        var hostile = new Finding("E101", Severity.Error, Layer.Content, Hostile, Hostile, Hostile, Hostile);
        var verdict = RecordVerifier.Verify(Sample.Evidence, Sample.Trust) with { Findings = [hostile], RestsOn = [Hostile] };
        var report = EvidencePackageReader.Verify(Stream.Null, null) with { Findings = [new PackageFinding(hostile, null)], RestsOn = [Hostile] };
        foreach (var text in new[] { VerdictText.Render(verdict), PackageReportText.Render(report), Encoding.UTF8.GetString(PackageReportHtml.Render(report, Hostile, 1, default)) })
        {
            Assert.All(text.EnumerateRunes(), static rune => Assert.True(rune.Value == '\n' || PlainText.Of(rune.ToString()) == rune.ToString(), $"{rune.Value:x}"));
            Assert.Equal(text.Contains("<html", StringComparison.Ordinal) ? 6 : 5, text.Split(@"a\u{1b}[2J\u{9b}2J\u{d}\u{a}INTACT\u{2028}\u{202e}\u{2066}\u{61c}\u{ad}" + "\ufffdb").Length - 1);
        }
    }

    [Fact]
    public void Keeps_no_more_of_a_text_than_the_limit()
    {
        var list = new FindingList(Layer.Log);
        var text = new string('a', FindingList.MaxText);
        list.Error("E401", text + "b", text + "b", text + "b", text);
        list.Ground(text + "b");
        Assert.Equal(new Finding("E401", Severity.Error, Layer.Log, text + "…", text + "…", text + "…", text), Assert.Single(list.Findings));
        Assert.Equal(text + "…", Assert.Single(list.RestsOn));
    }

    [Theory]
    [InlineData("存证 a\u200db", "存证 a\u200db")]
    [InlineData("\0\u007f\u0085\ufeff\U000e0041", @"\u{0}\u{7f}\u{85}\u{feff}\u{e0041}")]
    public void Escapes_what_is_not_seen(string text, string plain) => Assert.Equal(plain, PlainText.Of(text));

    [Fact]
    public void Gives_every_finding_code_once()
    {
        var codes = typeof(FindingCodes).GetFields().Select(static field => (string)field.GetValue(null)!).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, static code => Assert.Matches("^E[1-9][0-9]{2}$", code));
    }
}
