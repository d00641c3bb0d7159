using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Evidence.Core.Json;
using Evidence.Core.Seals;

namespace Evidence.Tests.Seals;

public sealed class RecordMetadataTests
{
    private static readonly byte[] Gb18030Name = [0xba, 0xcf, 0xcd, 0xac, (byte)'.', (byte)'p', (byte)'d', (byte)'f'];

    private static readonly RecordMetadata Sample = RecordMetadata.Create(
        new Dictionary<string, FileLabel>
        {
            ["c0002"] = new(Gb18030Name, "application/pdf"),
            ["c0001"] = new("合同.pdf"u8.ToArray(), ""),
        },
        new RecordDescription("合同", "A001", "", "A001-2026-0001", "永久", "", new Dictionary<string, string> { ["页数"] = "12" }));

    [Fact]
    public void Metadata_is_written_in_canonical_form_without_what_is_empty()
    {
        var text = Encoding.UTF8.GetString(Sample.Encode());
        Assert.True(CanonicalJson.IsCanonical(Sample.Encode()));
        Assert.Equal(
            """{"description":{"fields":{"页数":"12"},"fileNumber":"A001-2026-0001","fonds":"A001","retentionPeriod":"永久","title":"合同"},"files":{"c0001":{"name":"合同.pdf"},"c0002":{"mediaType":"application/pdf","nameBase64":"us/NrC5wZGY="}},"format":"evidence.metadata/1","salt":"SALT"}"""
                .Replace("SALT", Convert.ToBase64String(Sample.Salt), StringComparison.Ordinal),
            text);
    }

    [Fact]
    public void Metadata_is_read_back_with_names_byte_for_byte()
    {
        var read = RecordMetadata.Parse(Sample.Encode());
        Assert.Equal(Sample.Salt, read.Salt);
        Assert.Equal(["c0001", "c0002"], read.Files.Keys.Order());
        Assert.Equal(Gb18030Name, read.Files["c0002"].Name);
        Assert.Equal("application/pdf", read.Files["c0002"].MediaType);
        Assert.Equal("合同.pdf", read.Files["c0001"].DisplayName);
        Assert.Equal(Sample.Description with { Fields = read.Description.Fields }, read.Description);
        Assert.Equal(Sample.Description.Fields, read.Description.Fields);
    }

    [Fact]
    public void Metadata_that_says_nothing_is_its_salt()
    {
        var empty = RecordMetadata.Create(new Dictionary<string, FileLabel>(), RecordDescription.Empty);
        Assert.Equal($$"""{"format":"evidence.metadata/1","salt":"{{Convert.ToBase64String(empty.Salt)}}"}""", Encoding.UTF8.GetString(empty.Encode()));
        Assert.Equal(empty.Encode(), RecordMetadata.Parse(empty.Encode()).Encode());
    }

    // The same members put together as a JSON tree and written by the general serializer.
    private static byte[] ByTree(RecordMetadata metadata)
    {
        var json = new JsonObject { ["salt"] = Convert.ToBase64String(metadata.Salt), ["format"] = "evidence.metadata/1" };
        Add(json, "files", new JsonObject(metadata.Files.Select(f =>
        {
            var label = new JsonObject();
            if (Utf8.IsValid(f.Value.Name)) Add(label, "name", Encoding.UTF8.GetString(f.Value.Name));
            else label["nameBase64"] = Convert.ToBase64String(f.Value.Name);
            Add(label, "mediaType", f.Value.MediaType);
            return KeyValuePair.Create(f.Key, (JsonNode?)label);
        })));
        var of = metadata.Description;
        var description = new JsonObject();
        Add(description, "title", of.Title);
        Add(description, "fonds", of.Fonds);
        Add(description, "series", of.Series);
        Add(description, "fileNumber", of.FileNumber);
        Add(description, "retentionPeriod", of.RetentionPeriod);
        Add(description, "securityClass", of.SecurityClass);
        Add(description, "fields", new JsonObject(of.Fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))));
        Add(json, "description", description);
        return CanonicalJson.Serialize(json);
    }

    private static void Add(JsonObject to, string name, JsonNode value)
    {
        if (value is JsonObject { Count: > 0 } || (value is JsonValue && value.GetValue<string>().Length > 0)) to[name] = value;
    }

    private static readonly string[] Texts = ["", "x", "合同", "a\"b\\c/d\b\t\n\f\r\u0001\u001f\u007f", "😀 \u2028 ‮ e\u0301 é", new string('长', 3000)];
    private static readonly byte[][] Names = [[], "a.txt"u8.ToArray(), "\"\\\n\u0001合"u8.ToArray(), Gb18030Name, [0xff], [0xed, 0xa0, 0x80]];

    [Fact]
    public void Metadata_is_written_as_the_general_serializer_writes_it()
    {
        for (var i = 0; i < 2000; i++)
        {
            var random = new Random(i);
            var files = Enumerable.Range(0, random.Next(4)).ToDictionary(n => $"c{n + 1:0000}", _ => new FileLabel(Names[random.Next(Names.Length)], Text(random)));
            var fields = Enumerable.Range(0, random.Next(4)).ToDictionary(n => Text(random) + (char)random.Next('a', 0xd7ff) + n, _ => Text(random));
            var metadata = RecordMetadata.Create(files, new RecordDescription(Text(random), Text(random), Text(random), Text(random), Text(random), Text(random), fields));
            Assert.Equal(ByTree(metadata), metadata.Encode());
        }
    }

    private static string Text(Random random) => random.Next(2) == 0 ? "" : Texts[random.Next(Texts.Length)];

    [Fact]
    public void Half_a_surrogate_pair_in_a_text_is_refused() =>
        Assert.Throws<FormatException>(() => (Sample with { Description = Sample.Description with { Title = "a\ud800" } }).Encode());

    [Fact]
    public void No_two_of_many_salts_are_alike_also_between_threads()
    {
        var salts = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 4000, _ => salts.Add(Convert.ToHexString(RecordMetadata.Create(Sample.Files, Sample.Description).Salt)));
        Assert.Equal(4000, salts.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(new string('0', 64), salts);
    }

    [Fact]
    public void Every_salt_is_fresh()
    {
        var other = RecordMetadata.Create(Sample.Files, Sample.Description);
        Assert.Equal(RecordMetadata.SaltSize, other.Salt.Length);
        Assert.NotEqual(Sample.Salt, other.Salt);
        Assert.NotEqual(Sample.Encode(), other.Encode());
    }

    [Theory]
    [InlineData("\"format\":\"evidence.metadata/1\"", "\"format\":\"evidence.metadata/2\"")]
    [InlineData("\"format\":\"evidence.metadata/1\",", "")]
    [InlineData("\"title\":\"合同\"", "\"title\":\"\"")]
    [InlineData("\"title\":\"合同\"", "\"title\":7")]
    [InlineData("\"title\":\"合同\"", "\"titel\":\"合同\"")]
    [InlineData("\"title\":\"合同\"", "\"title\":\"合同\",\"title\":\"合同\"")]
    [InlineData("\"fields\":{\"页数\":\"12\"}", "\"fields\":{\"页数\":12}")]
    [InlineData("\"fields\":{\"页数\":\"12\"}", "\"fields\":[]")]
    [InlineData("\"fields\":{\"页数\":\"12\"}", "\"fields\":{}")]
    [InlineData("{\"name\":\"合同.pdf\"}", "{\"name\":\"合同.pdf\",\"nameBase64\":\"us/NrC5wZGY=\"}")]
    [InlineData("{\"name\":\"合同.pdf\"}", "{\"nameBase64\":\"YQ==\"}")]
    [InlineData("{\"name\":\"合同.pdf\"}", "\"合同.pdf\"")]
    [InlineData("us/NrC5wZGY=", "us/NrC5wZGY")]
    [InlineData("us/NrC5wZGY=", "us/NrC5wZGZ=")]
    [InlineData("\"salt\":\"", "\"salt\":\"AAAA")]
    [InlineData("\"salt\":\"", "\"salt\": \"")]
    public void Metadata_in_any_other_form_is_refused(string from, string to)
    {
        var text = Encoding.UTF8.GetString(Sample.Encode());
        var broken = text.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        Assert.Throws<FormatException>(() => RecordMetadata.Parse(Encoding.UTF8.GetBytes(broken)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("""{"description":[],"format":"evidence.metadata/1","salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    [InlineData("""{"files":null,"format":"evidence.metadata/1","salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    [InlineData("""{"format":"evidence.metadata/1"}""")]
    public void What_is_not_metadata_is_refused(string text) =>
        Assert.Throws<FormatException>(() => RecordMetadata.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Damaged_metadata_is_read_or_refused_and_never_crashes_the_reader() =>
        StrictParsing.AssertReadsOrRefuses(Sample.Encode(), bytes => Assert.Equal(bytes, RecordMetadata.Parse(bytes).Encode()));
}
