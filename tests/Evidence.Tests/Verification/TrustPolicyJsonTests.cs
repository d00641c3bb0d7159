using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Trust;

namespace Evidence.Tests.Verification;

public sealed class TrustPolicyJsonTests
{
    private static readonly SampleRecord Sample = new();

    [Fact]
    public void Reads_back_what_it_wrote_and_takes_the_digest_of_the_file()
    {
        var policy = Sample.Trust with { Chain = Sample.Trust.Chain with { Consensus = "qbft", Validators = [new ValidatorRange(0, 9, ["0x" + new string('a', 40)]), new ValidatorRange(10, null, ["0x" + new string('b', 40), "0x" + new string('a', 40)])] } };
        var bytes = TrustPolicyJson.Encode(policy);
        var read = TrustPolicyJson.Parse(bytes);
        Assert.Equal(bytes, TrustPolicyJson.Encode(read));
        Assert.Equal(Digest.Of(bytes), read.Sha256);
        Assert.Equal(9UL, read.Chain.Validators[0].To);
        Assert.Null(read.Chain.Validators[1].To);
    }

    [Fact]
    public void Reads_a_file_that_a_person_wrote_with_spaces()
    {
        var pretty = Encoding.UTF8.GetBytes(JsonNode.Parse(TrustPolicyJson.Encode(Sample.Trust))!.ToJsonString(new() { WriteIndented = true }));
        Assert.Equal(2, TrustPolicyJson.Parse(pretty).Quorum.Witnesses);
    }

    [Theory]
    [InlineData("format", "\"evidence.trust/2\"", "format")]
    [InlineData("chain.chainId", "-1", "chain.chainId")]
    [InlineData("chain.chainId", "\"1\"", "chain.chainId")]
    [InlineData("chain.genesis", "\"0x00\"", "chain.genesis")]
    [InlineData("chain.contract", "\"0xZZ\"", "chain.contract")]
    [InlineData("chain.consensus", "\"pow\"", "chain.consensus")]
    [InlineData("chain.validators", "[{\"from\":5,\"to\":4,\"addresses\":[]}]", "to")]
    [InlineData("chain.validators", "[{\"from\":5,\"addresses\":[\"0x00\"]}]", "addresses")]
    [InlineData("chain.validators", "[{\"from\":5,\"addresses\":[]}]", "addresses")]
    [InlineData("chain.epoch", "1", "epoch")]
    [InlineData("quorum.seals", "true", "consensus 'none'")]
    [InlineData("logs", "[\"nonsense\"]", "nonsense")]
    [InlineData("witnesses", "{}", "witnesses")]
    [InlineData("quorum.witnesses", "3", "quorum.witnesses")]
    [InlineData("quorum.witnesses", "0", "quorum")]
    [InlineData("quorum.seals", "1", "quorum.seals")]
    [InlineData("signatureRoots", "[\"no pem\"]", "signatureRoots[0]")]
    [InlineData("more", "1", "more")]
    public void Names_the_member_that_is_wrong(string path, string json, string named)
    {
        var root = JsonNode.Parse(TrustPolicyJson.Encode(Sample.Trust))!;
        var (parent, name) = path.Split('.') is [var outer, var inner] ? (root[outer]!, inner) : (root, path);
        parent[name] = JsonNode.Parse(json);
        Assert.Contains(named, Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clique", "[{\"from\":0,\"addresses\":[\"A\"]},{\"from\":9,\"addresses\":[\"B\"]}]", "overlap")]
    [InlineData("qbft", "[{\"from\":9,\"to\":12,\"addresses\":[\"A\"]},{\"from\":0,\"to\":9,\"addresses\":[\"B\"]}]", "overlap")]
    [InlineData("ibft2", "[{\"from\":0,\"addresses\":[\"A\",\"A\"]}]", "distinct")]
    [InlineData("ibft2", "[]", "names nobody")]
    [InlineData("clique", "[{\"from\":0,\"to\":8,\"addresses\":[\"A\"]},{\"from\":10,\"addresses\":[\"B\",\"A\"]}]", null)]
    public void Refuses_validators_of_whom_it_is_not_clear_who_they_are(string consensus, string validators, string? named)
    {
        var root = JsonNode.Parse(TrustPolicyJson.Encode(Sample.Trust))!;
        root["chain"]!["consensus"] = consensus;
        root["chain"]!["validators"] = JsonNode.Parse(validators.Replace("A", "0x" + new string('a', 40), StringComparison.Ordinal).Replace("B", "0x" + new string('b', 40), StringComparison.Ordinal));
        root["quorum"]!["seals"] = true;
        byte[] Bytes() => Encoding.UTF8.GetBytes(root.ToJsonString());
        if (named is null) Assert.Equal(2, TrustPolicyJson.Parse(Bytes()).Chain.Validators.Count);
        else Assert.Contains(named, Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(Bytes())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_the_epoch_of_a_clique_chain()
    {
        var chain = Sample.Trust.Chain with { Consensus = "clique", Epoch = 100 };
        Assert.Equal(100UL, TrustPolicyJson.Parse(TrustPolicyJson.Encode(Sample.Trust with { Chain = chain })).Chain.Epoch);
        Assert.Contains("epoch", Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(TrustPolicyJson.Encode(Sample.Trust with { Chain = chain with { Epoch = 0 } }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_log_key_as_a_witness_and_a_witness_key_as_a_log()
    {
        var keys = Sample.Trust;
        Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(TrustPolicyJson.Encode(keys with { Witnesses = [new TrustedWitness(keys.Logs[0].Key)], Quorum = new TrustQuorum(false, 1) })));
        Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(TrustPolicyJson.Encode(keys with { Logs = [new TrustedKey(keys.Witnesses[0].Key)] })));
        Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(TrustPolicyJson.Encode(keys with { Witnesses = [keys.Witnesses[0], keys.Witnesses[0]] })));
        var renamed = new TrustedWitness(new Evidence.Core.Notes.Cosigner("witness.renamed", SampleRecord.Seed(2)).Key.ToString());
        Assert.Contains("distinct", Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(TrustPolicyJson.Encode(keys with { Witnesses = [keys.Witnesses[0], renamed] }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_the_id_of_a_log_that_is_named_by_a_later_key()
    {
        var named = Sample.Trust with { Logs = [Sample.Trust.Logs[0] with { Id = Digest.Of("first key"u8) }] };
        Assert.Equal(named.Logs, TrustPolicyJson.Parse(TrustPolicyJson.Encode(named)).Logs);
    }

    [Fact]
    public void Keeps_the_log_that_a_witness_runs_beside_and_refuses_one_that_is_not_named()
    {
        var keys = Sample.Trust;
        var beside = keys with { Witnesses = [keys.Witnesses[0] with { Log = SampleRecord.Origin }, keys.Witnesses[1]] };
        Assert.Equal(beside.Witnesses, TrustPolicyJson.Parse(TrustPolicyJson.Encode(beside)).Witnesses);
        var stray = keys with { Witnesses = [keys.Witnesses[0] with { Log = "evidence.example/other" }, keys.Witnesses[1]] };
        Assert.Contains("evidence.example/other", Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(TrustPolicyJson.Encode(stray))).Message, StringComparison.Ordinal);
    }
}
