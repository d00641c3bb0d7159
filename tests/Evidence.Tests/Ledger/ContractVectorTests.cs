using System.Text.Json;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;
using Evidence.Ledger.Transactions;

namespace Evidence.Tests.Ledger;

/// <summary>The published RFC 9162 proofs, good and bad, against the deployed contract.</summary>
[Collection(AnvilCollection.Name)]
public sealed class ContractVectorTests(AnvilFixture anvil)
{
    private static CancellationToken Ct => CancellationToken.None;

    [AnvilVectorFact]
    public async Task Judges_the_published_consistency_proofs_as_they_are_labelled()
    {
        var cases = Load("consistency").Where(IsForTheContract).GroupBy(vector => (Size(vector, "size1"), Root(vector, "root1"))).ToList();
        var judged = 0;
        foreach (var (start, log) in await Task.WhenAll(cases.Select(async start => (start, await AnchoredAsync(start.Key)))))
        {
            foreach (var vector in start)
            {
                var call = FunctionCall.Encode(
                    "anchor(bytes32,uint64,bytes32,bytes32[])", Word(log.Id), AbiValue.Uint(Size(vector, "size2")), Word(Root(vector, "root2")), Proof(vector));
                Assert.Equal(!vector.GetProperty("wantErr").GetBoolean(), await WorksAsync(log.Operator, call));
                judged++;
            }
        }
        Assert.True(judged >= 40, $"only {judged} vectors were judged");
    }

    [AnvilVectorFact]
    public async Task Judges_the_published_inclusion_proofs_as_they_are_labelled()
    {
        var cases = Load("inclusion").Where(vector => Size(vector, "treeSize") > 0 && AreDigests(vector, "root", "leafHash"))
            .GroupBy(vector => (Size(vector, "treeSize"), Root(vector, "root"))).ToList();
        var judged = 0;
        foreach (var (tree, log) in await Task.WhenAll(cases.Select(async tree => (tree, await AnchoredAsync(tree.Key)))))
        {
            foreach (var vector in tree)
            {
                var call = FunctionCall.Encode(
                    "verifyInclusion(bytes32,uint64,bytes32,uint64,bytes32[])",
                    Word(log.Id), AbiValue.Uint(tree.Key.Item1), Word(Root(vector, "leafHash")), AbiValue.Uint(Size(vector, "leafIdx")), Proof(vector));
                Assert.Equal(!vector.GetProperty("wantErr").GetBoolean(), await SaysYesAsync(call));
                judged++;
            }
        }
        Assert.True(judged >= 40, $"only {judged} vectors were judged");
    }

    /// <summary>The contract takes no equal sizes and cannot be given hashes of another length: the type of its arguments excludes them.</summary>
    private static bool IsForTheContract(JsonElement vector) =>
        Size(vector, "size1") > 0 && AreDigests(vector, "root1", "root2")
        && !(Size(vector, "size1") == Size(vector, "size2") && !vector.GetProperty("wantErr").GetBoolean());

    private static bool AreDigests(JsonElement vector, params string[] names) =>
        names.All(name => IsDigest(vector.GetProperty(name))) && Hashes(vector).All(IsDigest);

    private async Task<bool> SaysYesAsync(byte[] call)
    {
        using var http = new HttpClient();
        var rpc = new JsonRpcEndpoint(anvil.Chain.Url, http, TimeSpan.FromSeconds(10), TimeProvider.System);
        var result = await rpc.CallAsync("eth_call", Ct, CallObject.Of(anvil.Deployment.Contract, call), "latest");
        return new AbiReader(Hex.ParseData(result.GetString()!)).Uint64(0) == 1;
    }

    private async Task<bool> WorksAsync(OperatorKey from, byte[] call)
    {
        using var http = new HttpClient();
        var rpc = new JsonRpcEndpoint(anvil.Chain.Url, http, TimeSpan.FromSeconds(10), TimeProvider.System);
        try
        {
            await rpc.CallAsync("eth_call", Ct, CallObject.Of(from, AccountAddress.Parse(anvil.Deployment.Contract), call), "latest");
            return true;
        }
        catch (RpcErrorException e)
        {
            Assert.NotNull(e.RevertData);
            return false;
        }
    }

    /// <summary>A log of its own whose first anchor is the vector's tree.</summary>
    private async Task<TestLog> AnchoredAsync((ulong Size, Digest Root) tree)
    {
        var log = await anvil.RegisterAsync(1);
        var hash = await anvil.Client().SubmitAnchorAsync(log.Operator, log.Id, tree.Size, tree.Root, [], Ct);
        await anvil.Client().CaptureAsync(hash, log.Id, new Checkpoint(log.Origin, tree.Size, tree.Root).SignedBy(log.Signer).Encode(), Ct);
        return log;
    }

    private static List<JsonElement> Load(string folder) =>
    [
        .. Directory.EnumerateFiles(Vectors.PathOf("merkle", folder), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement),
    ];

    private static ulong Size(JsonElement vector, string name) => vector.GetProperty(name).GetUInt64();

    private static Digest Root(JsonElement vector, string name) => new(vector.GetProperty(name).GetBytesFromBase64());

    private static bool IsDigest(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetBytesFromBase64().Length == Digest.Size;

    private static AbiValue Proof(JsonElement vector) => AbiValue.List(Hashes(vector).Select(hash => AbiValue.FixedBytes(hash.GetBytesFromBase64())));

    private static List<JsonElement> Hashes(JsonElement vector) =>
        vector.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof ? [.. proof.EnumerateArray()] : [];

    private static AbiValue Word(Digest digest) => AbiValue.FixedBytes(digest.ToArray());
}
