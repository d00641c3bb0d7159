using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Tests.Log;

/// <summary>Proofs that another implementation made and broke (transparency-dev/merkle).</summary>
public sealed class MerkleVectorTests
{
    public static TheoryData<string> Inclusion => Files("inclusion");

    public static TheoryData<string> Consistency => Files("consistency");

    [VectorTheory]
    [MemberData(nameof(Inclusion))]
    public void An_inclusion_proof_is_judged_as_published(string file)
    {
        var json = Load(file);
        var verified = TryHashes(json, out var hashes, "leafHash", "root")
            && InclusionProof.Verify(hashes[0], (ulong)json["leafIdx"]!, (ulong)json["treeSize"]!, hashes[2..], hashes[1]);
        Assert.Equal(!(bool)json["wantErr"]!, verified);
    }

    [VectorTheory]
    [MemberData(nameof(Consistency))]
    public void A_consistency_proof_is_judged_as_published(string file)
    {
        var json = Load(file);
        var verified = TryHashes(json, out var hashes, "root1", "root2")
            && ConsistencyProof.Verify((ulong)json["size1"]!, hashes[0], (ulong)json["size2"]!, hashes[1], hashes[2..]);
        Assert.Equal(!(bool)json["wantErr"]!, verified);
    }

    /// <summary>The named hashes, then the proof; false when one is no hash, which no caller of the checker can hand over.</summary>
    private static bool TryHashes(JsonNode json, out List<Digest> hashes, params string[] names)
    {
        var proof = json["proof"]?.AsArray().Select(h => (string)h!) ?? [];
        var bytes = names.Select(n => (string?)json[n] ?? "").Concat(proof).Select(Convert.FromBase64String).ToArray();
        hashes = [.. bytes.Where(b => b.Length == Digest.Size).Select(b => new Digest(b))];
        return hashes.Count == bytes.Length;
    }

    private static JsonNode Load(string file) => JsonNode.Parse(File.ReadAllText(Vectors.PathOf("merkle", file)))!;

    private static TheoryData<string> Files(string folder)
    {
        var data = new TheoryData<string>();
        if (Vectors.Folder is null)
        {
            data.Add("absent");
            return data;
        }

        var root = Vectors.PathOf("merkle");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.json", SearchOption.AllDirectories).Order()) data.Add(Path.GetRelativePath(root, file));
        return data;
    }
}
