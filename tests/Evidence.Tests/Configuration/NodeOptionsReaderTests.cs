using Evidence.Core.Chain.Consensus;
using Evidence.Core.Packages;
using Evidence.Node.Configuration;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Configuration;

public sealed class NodeOptionsReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public NodeOptionsReaderTests() => Directory.CreateDirectory(_folder.At("keys"));

    public void Dispose() => _folder.Dispose();

    private NodeOptions Read(string json)
    {
        File.WriteAllText(_folder.At("node.json"), json);
        return NodeOptionsReader.Read(_folder.At("node.json"));
    }

    private IReadOnlyList<string> ErrorsOf(string json) => Assert.Throws<ConfigurationException>(() => Read(json)).Errors;

    private static string With(string more) =>
        $$"""{"name":"n1","origin":"evidence.test/n1","listen":"http://127.0.0.1:0"{{(more.Length == 0 ? "" : "," + more)}}}""";

    [Fact]
    public void Takes_the_smallest_configuration_and_fills_in_the_rest()
    {
        var options = Read(With(""));
        Assert.Equal("n1", options.Name);
        Assert.Equal(_folder.At("data"), options.DataFolder);
        Assert.Equal("witness.n1", options.WitnessName);
        Assert.True(options.RequireSignature);
        Assert.True(options.RequireTrustedChain);
        Assert.Null(options.Ledger);
        Assert.Equal(1L << 30, options.VolumeBytes);
    }

    [Fact]
    public void Takes_what_copies_there_are_to_be()
    {
        const string peers = """
            "peers":[{"name":"n2","address":"http://127.0.0.1:7402"}],
            """;
        var replicas = Read(With(peers + """
            "replicas":{"place":"Basel","medium":"ssd","appendUnconfirmed":true,"proveEverySeconds":5,"policy":[{"fonds":"*","copies":2},{"fonds":"A 7","copies":2,"places":2}]}
            """)).Replicas;
        Assert.Equal(("Basel", "ssd", true, TimeSpan.FromSeconds(5)), (replicas.Place, replicas.Medium, replicas.AppendUnconfirmed, replicas.ProveEvery!.Value));
        Assert.Equal([new ReplicaPolicy("*", 2, 1), new ReplicaPolicy("A 7", 2, 2)], replicas.Policies);
        Assert.False(Read(With("")).Replicas.AppendUnconfirmed);
    }

    [Theory]
    [InlineData("""{"policy":[{"fonds":"*","copies":3}]}""", "asks for 3 copies, and this node has 1 peers")]
    [InlineData("""{"policy":[{"fonds":"*","copies":1,"places":2}]}""", "asks for 2 places of 1 copies")]
    [InlineData("""{"policy":[{"copies":1}]}""", "is missing")]
    [InlineData("""{"proveEverySeconds":0,"policy":[{"fonds":"*"}]}""", "nothing would ever be proven")]
    [InlineData("""{"policy":[{"fonds":"A"},{"fonds":"A"}]}""", "names the fonds A 2 times")]
    [InlineData("""{"mirrorsBeforeAnchor":1}""", "needs a \"trust\"")]
    [InlineData("""{"mirrorsBeforeAnchor":2}""", "nothing would ever be anchored")]
    [InlineData("""{"place":"a\nb"}""", "on one line")]
    [InlineData("""{"places":"x"}""", "is not a setting")]
    public void Says_what_is_wrong_with_the_copies_that_are_asked_for(string replicas, string why) => Assert.Contains(
        ErrorsOf(With($$"""
            "peers":[{"name":"n2","address":"http://127.0.0.1:7402"}],"replicas":{{replicas}}
            """)), error => error.Contains(why, StringComparison.Ordinal));

    [Fact]
    public void Takes_a_history_of_headers_and_says_what_is_wrong_with_one()
    {
        var chain = new VotingChain(ConsensusNames.Qbft, [0, 1, 2, 3]);
        chain.Pass(2);
        string WithHistory(byte[]? bytes)
        {
            if (bytes is not null) File.WriteAllBytes(_folder.At("history.json"), bytes);
            return With("""
                "ledger":{"endpoints":["http://127.0.0.1:8545"],"chainId":31337,"contract":"0x00000000000000000000000000000000000000aa","history":"history.json"}
                """);
        }

        void AssertRefused(string why, byte[]? bytes) => Assert.Contains(why, Assert.Single(ErrorsOf(WithHistory(bytes))), StringComparison.Ordinal);
        AssertRefused("not there", null);
        AssertRefused("no history of headers", "{}"u8.ToArray());
        AssertRefused("It holds no header", ValidatorHistoryJson.Encode(new ValidatorHistory([])));
        AssertRefused("no history of headers", ValidatorHistoryJson.Encode(new ValidatorHistory([chain.History.Headers[0], [0xc0]])));
        AssertRefused("are read at most", new byte[(4 << 20) + 1]);
        Assert.Equal(chain.History.Headers, Read(WithHistory(ValidatorHistoryJson.Encode(chain.History))).Ledger!.History!.Headers);
    }

    [Fact]
    public void Reads_every_setting()
    {
        File.WriteAllText(_folder.At("ca.pem"), "");
        File.WriteAllText(_folder.At("trust.json"), "");
        var options = Read(With(
            """
            "requireSignature":false,"requireTrustedChain":false,"signatureRoots":["ca.pem"],"trust":"trust.json","data":"d","witness":"w.n1",
            "ledger":{"endpoints":["http://127.0.0.1:8545"],"chainId":31337,"genesis":"0xABababababababababababababababababababababababababababababababab","contract":"0x00000000000000000000000000000000000000AA","anchorEverySeconds":5,"anchorEveryRecords":7,"consensus":"qbft","gasPrice":1000000000},
            "peers":[{"name":"n2","address":"http://127.0.0.1:7402"}],"sweep":{"everySeconds":60,"bytesPerSecond":100000},"replication":{"everySeconds":3,"attestEverySeconds":600},"volumeBytes":1000000 /* small */,
            "uploads":{"quotaBytes":9000,"quotaBytesPerSubmitter":8000,"count":7,"keepSeconds":60,"reserveBytes":50}
            """));
        Assert.Equal(_folder.At("ca.pem"), Assert.Single(options.SignatureRoots));
        Assert.Equal((TimeSpan.FromSeconds(5), 7UL, 31337UL), (options.Ledger!.AnchorEvery, options.Ledger.AnchorEveryRecords, options.Ledger.ChainId));
        Assert.Equal(("0x00000000000000000000000000000000000000aa", "qbft", 1_000_000_000UL), (options.Ledger.Contract, options.Ledger.Consensus, options.Ledger.GasPrice));
        Assert.Equal(new PeerOptions("n2", new Uri("http://127.0.0.1:7402")), Assert.Single(options.Peers));
        Assert.Equal(new SweepOptions(TimeSpan.FromMinutes(1), 100_000), options.Sweep);
        Assert.Equal((TimeSpan.FromSeconds(3), 1_000_000L, "w.n1"), (options.Replication.Every, options.VolumeBytes, options.WitnessName));
        Assert.Equal(TimeSpan.FromMinutes(10), options.Replication.AttestEvery);
        Assert.Equal(new UploadOptions { QuotaBytes = 9000, QuotaBytesPerSubmitter = 8000, Count = 7, Keep = TimeSpan.FromMinutes(1), ReserveBytes = 50 }, options.Uploads);
        Assert.False(options.RequireSignature || options.RequireTrustedChain);
    }

    [Fact]
    public void Reports_every_error_at_once()
    {
        var errors = ErrorsOf("""{"origin":"a b","listen":"http://0.0.0.0:1","requireSignatures":true,"volumeBytes":"big","ledger":{"chainId":0,"consensus":"pow"},"peers":[{"name":"x"},{"name":"x","address":"ftp://y"}],"uploads":{"quotaBytes":10,"quotaBytesPerSubmitter":11,"count":-1,"keepSeconds":0,"reserve":1}}""");
        foreach (var part in (string[])["\"name\" is missing", "\"origin\" must have no space", "\"listen\" is 0.0.0.0", "\"requireSignatures\" is not a setting", "\"volumeBytes\" must be a whole number", "\"ledger.endpoints\"", "\"ledger.chainId\"", "\"ledger.consensus\" must be one of", "\"ledger.contract\"", "\"peers[0].address\"", "\"peers[1].address\"", "names x 2 times", "\"uploads.quotaBytesPerSubmitter\" is more than", "\"uploads.count\" must be", "\"uploads.keepSeconds\" must be", "\"uploads.reserve\" is not a setting"])
            Assert.Contains(errors, e => e.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"bytesPerSecond\":-1", "\"sweep.bytesPerSecond\" must be a whole number")]
    [InlineData("\"bytesPerSecond\":\"NaN\"", "\"sweep.bytesPerSecond\" must be a whole number")]
    [InlineData("\"bytesPerSecond\":1", "\"sweep.bytesPerSecond\" is 1, at which")]
    [InlineData("\"bytesPerSecond\":9223372036854775807", "\"sweep.bytesPerSecond\" must be a whole number")]
    [InlineData("\"everySeconds\":0.0001", "\"sweep.everySeconds\" is 0.0001")]
    [InlineData("\"maxAgeSeconds\":0.5", "\"sweep.maxAgeSeconds\" is 0.5")]
    [InlineData("\"maxAgeSeconds\":1e300", "\"sweep.maxAgeSeconds\" must be a number")]
    [InlineData("\"hours\":\"25:00-06:00\"", "\"sweep.hours\" is no stretch")]
    [InlineData("\"hours\":\"06:00-06:00\"", "\"sweep.hours\" is no stretch")]
    public void Refuses_what_no_sweep_can_keep(string setting, string why) => Assert.Contains(why, Assert.Single(ErrorsOf(With($"\"sweep\":{{{setting}}}"))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_pipe_where_a_file_is_to_be()
    {
        Assert.Equal(0, Backups.TestMedium.Run("mkfifo", _folder.Path, "a.pipe"));
        Assert.Contains("pipe", Assert.Single(ErrorsOf(With("\"trust\":\"a.pipe\""))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:7401")]
    [InlineData("http://192.168.1.5:7401")]
    [InlineData("http://[::]:7401")]
    public void Refuses_to_listen_where_others_reach_it_without_TLS(string listen) =>
        Assert.Contains(ErrorsOf($$"""{"name":"n1","origin":"o/n1","listen":"{{listen}}"}"""), e => e.Contains("without TLS", StringComparison.Ordinal));

    [Fact]
    public void Refuses_https_without_a_certificate() =>
        Assert.Contains(ErrorsOf("""{"name":"n1","origin":"o/n1","listen":"https://0.0.0.0:7401"}"""), e => e.Contains("\"tls\"", StringComparison.Ordinal));

    [Fact]
    public void Names_files_that_are_not_there() =>
        Assert.Contains(ErrorsOf(With("\"trust\":\"absent.json\"")), e => e.Contains(_folder.At("absent.json"), StringComparison.Ordinal));

    [Fact]
    public void Says_where_a_file_stops_being_JSON() =>
        Assert.Contains("line 2", Assert.Single(ErrorsOf("{\n\"name\": n1}")), StringComparison.Ordinal);

    [Fact]
    public void Says_how_to_make_a_configuration_that_is_missing() =>
        Assert.Contains("evidence node init", Assert.Throws<ConfigurationException>(() => NodeOptionsReader.Read(_folder.At("none.json"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_setting_that_stands_twice() =>
        Assert.Contains(ErrorsOf(With("\"data\":\"a\",\"data\":\"b\"")), e => e.Contains("twice", StringComparison.Ordinal));

    [Fact]
    public void Reads_the_witnesses_that_are_asked()
    {
        var key = new Core.Notes.Cosigner("w.example", new byte[32]).Key;
        var options = Read(With($$"""  "witnesses":[{"key":"{{key}}","url":"https://w.example/log"}] """));
        Assert.Equal(new WitnessOptions(key, new Uri("https://w.example/log")), Assert.Single(options.Witnesses));
    }

    [Fact]
    public void Names_every_error_of_a_witness()
    {
        var key = new Core.Notes.Cosigner("w.example", new byte[32]).Key;
        var log = new Core.Notes.LogSigner("w.example", new byte[32]).Key;
        var errors = ErrorsOf(With($$"""
            "witnesses":[{"key":"{{log}}","url":"https://w.example"},{"key":"no key","url":"http://w.example"},{"url":"ftp://x"},{"key":"{{key}}","url":"http://127.0.0.1:1"},{"key":"{{key}}","url":"http://127.0.0.1:2","more":1}]
            """));
        foreach (var part in (string[])["0x04", "not a verifier key", "write https", "\"witnesses[2].key\" is missing", "must be an address", "names w.example 2 times", "more"])
            Assert.Contains(errors, error => error.Contains(part, StringComparison.Ordinal));
    }
}
