using System.Text.Json.Nodes;

namespace Evidence.Tests.Crypto;

/// <summary>Test cases of C2SP/wycheproof with the group, that is the key, that each belongs to.</summary>
internal static class Wycheproof
{
    internal static IEnumerable<(JsonNode Group, JsonNode Test)> Load(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(Vectors.PathOf("wycheproof", file)))!;
        var cases = json["testGroups"]!.AsArray().SelectMany(g => g!["tests"]!.AsArray().Select(t => (g!, t!))).ToArray();
        Assert.Equal((int)json["numberOfTests"]!, cases.Length);
        return cases;
    }
}
