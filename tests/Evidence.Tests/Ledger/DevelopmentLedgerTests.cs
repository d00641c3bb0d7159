using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

/// <summary>Each test has a chain of its own, since it kills it.</summary>
public sealed class DevelopmentLedgerTests : IAsyncLifetime
{
    private readonly AnvilFixture _anvil = new();

    private static CancellationToken Ct => CancellationToken.None;

    [AnvilFact]
    public async Task Keeps_anchors_across_a_restart()
    {
        var log = await AnchoredAsync(10);
        var pid = _anvil.Chain.Pid;
        await _anvil.Chain.StopAsync(Ct);
        Assert.Equal(0, _anvil.Chain.Pid);
        await Assert.ThrowsAsync<LedgerUnreachableException>(() => _anvil.Client().AnchorCountAsync(log.Id, Ct));

        await _anvil.Chain.RestartAsync(Ct);
        Assert.NotEqual(pid, _anvil.Chain.Pid);
        Assert.Equal(1UL, await _anvil.Client().AnchorCountAsync(log.Id, Ct));
        Assert.Equal(log.RootAt(10), (await _anvil.Client().CaptureBySizeAsync(log.Id, 10, log.CheckpointAt(10), Ct))!.Root);
    }

    [AnvilFact]
    public async Task Is_the_same_chain_after_a_kill_in_its_first_seconds()
    {
        await _anvil.Chain.KillAsync(Ct);
        await _anvil.Chain.RestartAsync(Ct);
        var status = await _anvil.Client(_anvil.Options with { Contract = null }).StatusAsync(Ct);
        Assert.Equal(_anvil.Deployment.Genesis, status.Genesis);
    }

    [AnvilFact]
    public async Task Is_the_same_chain_after_many_restarts()
    {
        for (var restart = 1; restart <= 6; restart++)
        {
            // A second apart, so that the block 0 that each start makes for itself differs from the others.
            await Task.Delay(TimeSpan.FromSeconds(1), Ct);
            await _anvil.Chain.StopAsync(Ct);
            await _anvil.Chain.RestartAsync(Ct);
            var status = await _anvil.Client(_anvil.Options with { Contract = null }).StatusAsync(Ct);
            Assert.Equal(_anvil.Deployment.Genesis, status.Genesis);
        }
    }

    [AnvilFact]
    public async Task Falls_back_to_the_newest_whole_copy_when_the_state_is_torn()
    {
        var log = await AnchoredAsync(10);
        await _anvil.Chain.StopAsync(Ct);
        var state = Path.Combine(_anvil.Chain.Folder, "state.json");
        File.Copy(state, Path.Combine(_anvil.Chain.Folder, "state.2.json"), overwrite: true);
        File.WriteAllText(Path.Combine(_anvil.Chain.Folder, "state.1.json"), "{\"block\":");
        File.WriteAllBytes(state, File.ReadAllBytes(state)[..^100]);

        await _anvil.Chain.RestartAsync(Ct);
        Assert.Equal(1UL, await _anvil.Client().AnchorCountAsync(log.Id, Ct));
    }

    [AnvilFact]
    public async Task Falls_back_when_the_chain_refuses_a_state_that_is_whole()
    {
        var log = await AnchoredAsync(10);
        await _anvil.Chain.StopAsync(Ct);
        var state = Path.Combine(_anvil.Chain.Folder, "state.json");
        File.Copy(state, Path.Combine(_anvil.Chain.Folder, "state.1.json"), overwrite: true);
        File.WriteAllText(state, "{\"block\":7}");

        await _anvil.Chain.RestartAsync(Ct);
        Assert.Equal(1UL, await _anvil.Client().AnchorCountAsync(log.Id, Ct));
    }

    [AnvilFact]
    public async Task Shows_fewer_anchors_after_it_was_set_back_and_takes_them_again()
    {
        var log = await AnchoredAsync(10);
        var before = await _anvil.Chain.SnapshotAsync(Ct);
        var ledger = _anvil.Client();
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 10, 20), log.Id, log.CheckpointAt(20), Ct);
        Assert.Equal(2UL, await ledger.AnchorCountAsync(log.Id, Ct));

        await _anvil.Chain.RestoreAsync(before, Ct);
        Assert.Equal(1UL, await ledger.AnchorCountAsync(log.Id, Ct));
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 10, 20), log.Id, log.CheckpointAt(20), Ct);
        Assert.Equal(2UL, await ledger.AnchorCountAsync(log.Id, Ct));
    }

    [AnvilFact]
    public async Task Has_ended_when_it_is_disposed_of()
    {
        var pid = _anvil.Chain.Pid;
        await _anvil.Chain.DisposeAsync();
        Assert.Equal(0, _anvil.Chain.Pid);
        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(pid));
    }

    [AnvilFact]
    public async Task Goes_on_when_it_was_detached()
    {
        var pid = _anvil.Chain.Pid;
        _anvil.Chain.Detach();
        await _anvil.Chain.DisposeAsync();
        using var process = System.Diagnostics.Process.GetProcessById(pid);
        Assert.False(process.HasExited);
        process.Kill();
        await process.WaitForExitAsync(Ct);
    }

    public Task InitializeAsync() => _anvil.InitializeAsync();

    public Task DisposeAsync() => _anvil.DisposeAsync();

    private async Task<TestLog> AnchoredAsync(ulong size)
    {
        var log = await _anvil.RegisterAsync(40);
        await _anvil.Client().CaptureAsync(await log.SubmitAsync(_anvil.Client(), 0, size), log.Id, log.CheckpointAt(size), Ct);
        return log;
    }
}
