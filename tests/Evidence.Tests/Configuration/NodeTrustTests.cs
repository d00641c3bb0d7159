using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Node.Configuration;
using Evidence.Node.Verification;
using Evidence.Tests.Ledger;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Configuration;

public sealed class NodeTrustTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evidence-trust-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(ConsensusNames.None, ConsensusNames.None, null)]
    [InlineData(ConsensusNames.Clique, ConsensusNames.Clique, null)]
    [InlineData(ConsensusNames.Qbft, ConsensusNames.Qbft, null)]
    [InlineData(ConsensusNames.None, ConsensusNames.Qbft, "make them agree")]
    [InlineData(ConsensusNames.Qbft, ConsensusNames.Ibft2, "make them agree")]
    [InlineData(ConsensusNames.Qbft, null, null)]
    [InlineData(ConsensusNames.Clique, null, "who")]
    public void Holds_the_ledgers_consensus_to_trust_json(string configured, string? trusted, string? error)
    {
        var options = Options(configured, trusted is null ? null : Write(new TestConsortium(trusted).Trusted));
        if (error is null) Assert.Equal(trusted, NodeTrust.Load(options).Policy?.Chain.Consensus);
        else Assert.Contains(error == "who" ? "names the signers" : error, Assert.Throws<ConfigurationException>(() => NodeTrust.Load(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wants_to_know_the_signers_of_a_clique_ledger() =>
        Assert.Contains("names nobody", Assert.Throws<ConfigurationException>(() => NodeTrust.Load(Options(ConsensusNames.Clique, Write(new TestConsortium(ConsensusNames.Clique).Trusted with { Validators = [] })))).Message, StringComparison.Ordinal);

    private string Write(TrustedChain chain)
    {
        var file = Path.Combine(_folder.FullName, "trust.json");
        File.WriteAllBytes(file, TrustPolicyJson.Encode(new SampleRecord().Trust with { Chain = chain }));
        return file;
    }

    private static NodeOptions Options(string consensus, string? trust) => new()
    {
        Name = "n",
        Listen = new Uri("http://127.0.0.1:0"),
        DataFolder = "data",
        KeysFolder = "keys",
        Origin = "o/n",
        WitnessName = "w",
        TrustFile = trust,
        Ledger = new LedgerSection([new Uri("http://127.0.0.1:1")], 1, null, SampleChain.ContractText, TimeSpan.Zero, 1) { Consensus = consensus },
    };
}
