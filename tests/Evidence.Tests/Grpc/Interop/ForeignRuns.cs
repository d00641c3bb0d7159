using System.Diagnostics;

namespace Evidence.Tests.Grpc.Interop;

/// <summary>Every foreign process is started once for all cases: a client runs them all against one server, a server serves them all.</summary>
public sealed class ForeignRuns : IAsyncLifetime
{
    private readonly Dictionary<InteropPeer, Task<ClientRun>> _clients = [];
    private readonly Dictionary<InteropPeer, Task<(Process Process, string Address)>> _servers = [];
    private readonly Lock _gate = new();
    private Task<InteropServer>? _own;

    internal Task<InteropServer> OwnAsync()
    {
        lock (_gate)
            return _own ??= InteropServer.StartAsync();
    }

    internal Task<ClientRun> ClientAsync(InteropPeer peer)
    {
        lock (_gate)
            return _clients.TryGetValue(peer, out var run) ? run : _clients[peer] = RunAsync(peer);
    }

    internal async Task<string> ServerAsync(InteropPeer peer)
    {
        Task<(Process Process, string Address)>? server;
        lock (_gate)
        {
            if (!_servers.TryGetValue(peer, out server))
                server = _servers[peer] = peer.StartServerAsync();
        }
        return (await server).Address;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values.Where(server => server.IsCompletedSuccessfully))
        {
            var process = (await server).Process;
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        if (_own is { IsCompletedSuccessfully: true })
            await (await _own).DisposeAsync();
    }

    // A server of its own, so that what it saw is of this client.
    private static async Task<ClientRun> RunAsync(InteropPeer peer)
    {
        await using var server = await InteropServer.StartAsync();
        return new ClientRun(await peer.RunClientAsync(server.Address), [.. server.WronglyCompressed]);
    }

    /// <summary>What a foreign client found, case by case, and what our server saw that the client cannot see.</summary>
    internal sealed record ClientRun(IReadOnlyDictionary<string, string> Errors, IReadOnlyList<string> WronglyCompressed);
}
