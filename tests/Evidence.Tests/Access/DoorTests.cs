using Evidence.Node.Access;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Tests.Access;

/// <summary>A node that runs, and every method of it with every role and none.</summary>
public sealed class DoorTests(LockedNode locked) : IClassFixture<LockedNode>
{
    public static TheoryData<string> Methods => DeclaredAccessTests.Methods;

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Lets_in_who_is_named_beside_the_method_and_nobody_else(string name)
    {
        var method = DeclaredAccessTests.AllMethods.Single(known => known.FullName == name);
        var (path, admitted) = ($"/{method.Service.FullName}/{method.Name}", MethodAccess.Of(method)!.Admitted);
        using var http = new HttpClient();
        foreach (var role in Enum.GetValues<Role>())
        {
            var refusal = await BareCall.RefusalAsync(http, locked.Node.Address, path, locked.TokenOf(role) is { } token ? "Bearer " + token : null);
            var expected = role == Role.Unspecified ? StatusCode.Unauthenticated : admitted.Has(role) ? (StatusCode?)null : StatusCode.PermissionDenied;
            Assert.Equal((role, expected), (role, refusal?.StatusCode));
            if (refusal is { } said) Assert.Contains(admitted.ToString(), said.Detail, StringComparison.Ordinal); // what would do
        }
    }

    [Theory]
    [InlineData("Bearer evt_")]
    [InlineData("Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer evt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic YTpi")]
    [InlineData("")]
    public async Task Turns_away_who_shows_something_that_is_not_good(string authorization)
    {
        await using var node = await LockedNode.StartAsync(json => json["anonymous"] = Nodes.OpenDoor.Access["anonymous"]!.DeepClone());
        using var http = new HttpClient();
        const string path = "/evidence.v1.ReplicationService/ListLogs";
        Assert.Null(await BareCall.RefusalAsync(http, node.Address, path, null));
        Assert.Equal(StatusCode.Unauthenticated, (await BareCall.RefusalAsync(http, node.Address, path, authorization))?.StatusCode);
    }

    [Fact]
    public async Task Gives_who_is_known_what_anybody_may_have_besides()
    {
        await using var node = await LockedNode.StartAsync(json => json["anonymous"] = new System.Text.Json.Nodes.JsonArray("auditor"));
        var token = LockedNode.Make(node, "court 1", Role.Court);
        await node.StopAsync();
        await node.StartAsync();
        using var client = LockedNode.Connect(node, token);
        Assert.Single(await client.ListLogsAsync(CancellationToken.None));
        Assert.Empty((await client.Verification.VerifyDigestAsync(new VerifyDigestRequest { Sha256 = Google.Protobuf.ByteString.CopyFrom(new byte[32]) })).Verdicts);
    }

    [Theory]
    [InlineData("/evidence.v1.ArchiveService/NoSuchMethod")]
    [InlineData("/no.such.Service/Method")]
    public async Task Knows_no_method_that_is_not_there(string path)
    {
        using var http = new HttpClient();
        Assert.Equal(StatusCode.Unimplemented, (await BareCall.RefusalAsync(http, locked.Node.Address, path, null))?.StatusCode);
    }

    [Fact]
    public async Task Answers_who_speaks_no_gRPC_as_HTTP_does()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(locked.Node.Address, "/evidence.v1.ArchiveService/GetRecord")) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.SendAsync(request);
        Assert.Equal((System.Net.HttpStatusCode.Unauthorized, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("archivist", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
