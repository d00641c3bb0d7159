using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Crypto;
using Evidence.Node.Access;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Heartbeats;
using Evidence.Node.Replication;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Tests.Access;

/// <summary>A node with TLS, and machines that show certificates to it.</summary>
public sealed class MutualTlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _pinned = TestAuthority.SelfSigned("CN=hall 1");
    private readonly X509Certificate2 _expired = TestAuthority.SelfSigned("CN=old", days: 0);
    private NodeIdentity _peer = null!;
    private TestNode _node = null!;
    private string _server = "";

    public async Task InitializeAsync()
    {
        _peer = NodeInitializer.Init(_folder.At("peer"), new NodeInitOptions("node2"));
        File.WriteAllText(_folder.At("ca.pem"), _authority.Pem);
        _node = await TestNode.StartNewAsync(json =>
        {
            json["listen"] = "https://127.0.0.1:0";
            json["tls"] = new JsonObject { ["certificate"] = "keys/tls.pem", ["key"] = "keys/tls.key", ["clientCa"] = _folder.At("ca.pem") };
            json["peers"] = new JsonArray(new JsonObject { ["name"] = "node2", ["address"] = "https://127.0.0.1:1", ["certificate"] = PeerFile("tls.pem") });
            json["access"] = new JsonObject
            {
                ["anonymous"] = new JsonArray("court"),
                ["certificates"] = new JsonArray(
                    Entry("hall 1", "sha256", Sha256(_pinned), "auditor"), Entry("old", "sha256", Sha256(_expired), "auditor"), Entry("hall 2", "subject", "CN=desk 2,O=Archive\\, North,C=CN", "administrator")),
            };
        });
        _server = await File.ReadAllTextAsync(KeyOf("tls.pem"));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Knows_a_machine_by_the_digest_of_its_certificate()
    {
        await using var client = Connect(_pinned);
        Assert.NotEmpty(await client.ListLogsAsync(CancellationToken.None));
        Assert.Contains("hall 1 has", (await RefusedAsync(client, StatusCode.PermissionDenied)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Knows_a_machine_by_its_subject_under_the_authority()
    {
        await using var client = Connect(_authority.Issue("CN=desk 2, O=\"Archive, North\", C=CN"));
        Assert.Empty((await client.Monitor.ListSweepsAsync(new ListSweepsRequest())).Sweeps);
        Assert.Contains("hall 2 has", (await RefusedAsync(client, StatusCode.PermissionDenied)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_no_role_to_a_subject_that_nothing_is_said_of_and_names_it()
    {
        await using var client = Connect(_authority.Issue("CN=desk 3, C=CN"));
        Assert.Contains("CN=desk 3,C=CN has", (await RefusedAsync(client, StatusCode.PermissionDenied)).Detail, StringComparison.Ordinal);
        Assert.Empty(await FindAsync(client)); // what anybody may
    }

    [Fact]
    public async Task Turns_away_certificates_that_are_not_good_rather_than_take_them_for_nobody()
    {
        foreach (var certificate in (X509Certificate2[])[TestAuthority.SelfSigned("CN=desk 2, O=\"Archive, North\", C=CN"), _expired, _authority.Issue("CN=desk 2", TrustedCertificates.Server)])
        {
            await using var client = Connect(certificate);
            Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => FindAsync(client))).StatusCode);
        }

        await using var nobody = Connect(null);
        Assert.Empty(await FindAsync(nobody));
    }

    [Fact]
    public async Task Turns_away_a_bad_certificate_with_a_good_token_too()
    {
        var token = LockedNode.Make(_node, "desk", Role.Auditor);
        await Eventually.TrueAsync(async () => await IsKnownAsync(null, token), "the token is taken up");
        Assert.False(await IsKnownAsync(TestAuthority.SelfSigned("CN=x"), token));
    }

    [Fact]
    public async Task Knows_a_peer_by_the_certificate_of_its_server_and_is_known_by_its_own()
    {
        var own = new NodeTls(new TlsOptions(PeerFile("tls.pem"), PeerFile("tls.key")));
        var here = new PeerOptions("node1", _node.Address, Path.Combine(Path.GetDirectoryName(_node.Identity.ConfigFile)!, "keys", "tls.pem"));
        using var channel = PeerChannel.To(here, own, TimeProvider.System);
        var peer = new PeerClient("node1", new ReplicationService.ReplicationServiceClient(channel), TimeProvider.System);
        Assert.Empty(await peer.ListVolumesAsync(_node.Identity.Origin, CancellationToken.None));
        await new HeartbeatClient("node1", new HeartbeatService.HeartbeatServiceClient(channel), TimeProvider.System).GetAsync(CancellationToken.None);

        foreach (var (options, tls) in ((PeerOptions, NodeTls)[])[(here, new NodeTls(null)), (here with { CertificateFile = PeerFile("tls.pem") }, own), (here with { CertificateFile = null }, own)])
        {
            using var wrong = PeerChannel.To(options, tls, TimeProvider.System);
            var stranger = new PeerClient("node1", new ReplicationService.ReplicationServiceClient(wrong), TimeProvider.System);
            await Assert.ThrowsAsync<PeerUnreachableException>(() => stranger.ListVolumesAsync(_node.Identity.Origin, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_client_speaks_only_to_the_server_that_it_was_told()
    {
        await using var client = new EvidenceClient(_node.Address, new EvidenceClientOptions { ReadRetries = 0, Credentials = new NodeCredentials { Server = TrustedCertificates.Parse(_pinned.ExportCertificatePem()) } });
        await Assert.ThrowsAsync<NodeUnreachableException>(() => client.ListLogsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Takes_up_a_new_certificate_of_its_own_without_a_restart()
    {
        var (certificate, key) = (KeyOf("tls.pem"), KeyOf("tls.key"));
        await File.WriteAllTextAsync(certificate, "no certificate");
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(AccessReload.Alert("tls")) is not null, "the alert says that the files are no good");
        await using (var still = Connect(_pinned)) Assert.NotEmpty(await still.ListLogsAsync(CancellationToken.None));

        using var next = TestAuthority.SelfSigned("CN=node1 again", days: 20);
        await File.WriteAllTextAsync(key, next.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(certificate, _server = next.ExportCertificatePem());
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(AccessReload.Alert("tls")) is null, "the new files are taken up");
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(AccessReload.ExpiryAlert) is not null, "it is said that they are not good for long");
        await using var client = Connect(_pinned);
        Assert.NotEmpty(await client.ListLogsAsync(CancellationToken.None));
    }

    private string KeyOf(string name) => Path.Combine(Path.GetDirectoryName(_node.Identity.ConfigFile)!, "keys", name);

    private string PeerFile(string name) => Path.Combine(Path.GetDirectoryName(_peer.ConfigFile)!, "keys", name);

    private EvidenceClient Connect(X509Certificate2? certificate, string? token = null) => new(_node.Address, new EvidenceClientOptions
    {
        ReadRetries = 0,
        Credentials = new NodeCredentials { Certificate = certificate, Token = token, Server = TrustedCertificates.Parse(_server) },
    });

    private async Task<bool> IsKnownAsync(X509Certificate2? certificate, string token)
    {
        await using var client = Connect(certificate, token);
        try
        {
            return (await client.ListLogsAsync(CancellationToken.None)).Count > 0;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            return false;
        }
    }

    private static async Task<IEnumerable<V1.Verdict>> FindAsync(EvidenceClient client) =>
        (await client.Verification.VerifyDigestAsync(new VerifyDigestRequest { Sha256 = Google.Protobuf.ByteString.CopyFrom(new byte[32]) })).Verdicts;

    private static async Task<Status> RefusedAsync(EvidenceClient client, StatusCode code)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.Archive.ListRecordsAsync(new ListRecordsRequest()).ResponseAsync);
        Assert.Equal(code, refused.StatusCode);
        return refused.Status;
    }

    private static JsonObject Entry(string name, string by, string value, string role) => new() { ["name"] = name, [by] = value, ["roles"] = new JsonArray(role) };

    private static string Sha256(X509Certificate2 certificate) => Digest.Of(certificate.RawData).ToString();
}
