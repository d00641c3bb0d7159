namespace Evidence.Tests.Grpc.Interop;

/// <summary>The cases of the official interoperability description, in both directions with both peers. Neither peer tells compressed requests from plain ones as a server, and a grpc-js server compresses nothing.</summary>
public sealed class InteropTests(ForeignRuns runs) : IClassFixture<ForeignRuns>
{
    public static TheoryData<string> Cases => InteropCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task A_grpc_js_client_and_our_server_pass(string name) => AssertClientAsync(InteropPeer.GrpcJs, name);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task A_grpcio_client_and_our_server_pass(string name) => AssertClientAsync(InteropPeer.Grpcio, name);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Our_client_and_a_grpc_js_server_pass(string name)
    {
        using var cases = new InteropCases(await runs.ServerAsync(InteropPeer.GrpcJs), tells: false, obeys: false);
        await cases.RunAsync(name);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Our_client_and_a_grpcio_server_pass(string name)
    {
        using var cases = new InteropCases(await runs.ServerAsync(InteropPeer.Grpcio), tells: false);
        await cases.RunAsync(name);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Our_client_and_our_server_pass(string name)
    {
        using var cases = new InteropCases((await runs.OwnAsync()).Address);
        await cases.RunAsync(name);
    }

    [Fact]
    public void The_table_in_the_README_names_every_case()
    {
        var readme = File.ReadAllText(Path.Combine(Vectors.CheckoutRoot(), "node", "Evidence.Grpc", "README.md"));
        foreach (var name in InteropCases.All)
            Assert.Contains($"| {name} |", readme, StringComparison.Ordinal);
    }

    private async Task AssertClientAsync(InteropPeer peer, string name)
    {
        var run = await runs.ClientAsync(peer);
        Assert.True(run.Errors.TryGetValue(name, out var error), $"the client did not run {name}");
        Assert.True(error.Length == 0, error);
        if (name.StartsWith("server_compressed", StringComparison.Ordinal))
            Assert.Empty(run.WronglyCompressed);
    }
}
