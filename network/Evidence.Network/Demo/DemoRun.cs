using Spectre.Console;

namespace Evidence.Network.Demo;

/// <summary>The demo from the first file to the last verdict.</summary>
internal sealed class DemoRun(DemoOptions options, IAnsiConsole console, TimeProvider time)
{
    private readonly Scenario _scenario = new(console, time);

    /// <summary>Runs all steps. True when each was as expected.</summary>
    internal async Task<bool> RunAsync(CancellationToken ct)
    {
        using var authority = new DemoAuthority(time);
        IReadOnlyList<CorpusFile> corpus = [];
        await _scenario.StepAsync("collected files of this machine and signed each with a certificate of the demo CA", $"{options.Files} files, {options.BigFiles} of them of several MB", () =>
        {
            corpus = Collect(authority);
            return Task.FromResult(Describe(corpus));
        });
        LocalNetwork? network = null;
        try
        {
            await _scenario.StepAsync("started a ledger and three nodes, deployed the contract, registered the three logs", "4 processes that answer", async () =>
            {
                network = await LocalNetwork.StartAsync(new LocalNetworkOptions { Folder = options.Folder, SignatureRoots = authority.RootPem, AttestEverySeconds = 2 }, time, ct);
                return new Seen(true, $"ledger {network.Ledger.Url}, contract {network.Deployment.Contract}, {string.Join(", ", network.Nodes.Select(n => $"{n.Name} {n.Url}"))}");
            });
            if (network is not null) await RunStepsAsync(new DemoContext(network, corpus, _scenario, console, time), ct);
            if (network is not null && options.Keep) await KeepAsync(network, authority, ct);
        }
        finally
        {
            if (network is not null) await network.DisposeAsync();
        }
        _scenario.Summarize();
        return _scenario.AllAsExpected;
    }

    private async Task RunStepsAsync(DemoContext demo, CancellationToken ct)
    {
        var filing = new FilingSteps(demo, ct);
        await filing.RunAsync();
        await new AuditStep(demo, ct).RunAsync();
        await new DamageSteps(demo, ct).RunAsync();
        await _scenario.StepAsync("verified every record again", $"{demo.Corpus.Count} INTACT 一致", filing.VerifyAllAsync);
        await new PackageSteps(demo, ct).RunAsync();
    }

    private IReadOnlyList<CorpusFile> Collect(DemoAuthority authority)
    {
        var corpus = new CorpusMaker(Path.Combine(options.Folder, "corpus"), CorpusSearch.Candidates()).Make(options.Files, options.BigFiles);
        for (var i = 0; i < corpus.Count; i++) authority.Sign(corpus[i].Path, i);
        return corpus;
    }

    private Seen Describe(IReadOnlyList<CorpusFile> corpus)
    {
        var kinds = string.Join(", ", corpus.GroupBy(f => f.Kind).Select(g => $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}s"));
        var big = corpus.Count(f => f.Size >= CorpusSearch.Big);
        var made = corpus.Count(f => f.Source is null);
        var lack = made == 0 ? "all found on this machine" : $"{made} of them made for the demo, because this machine has too few of its own";
        return new Seen(
            corpus.Count == options.Files && big >= options.BigFiles,
            $"{corpus.Count} files ({kinds}), {corpus.Min(f => f.Size)} to {corpus.Max(f => f.Size)} bytes, {big} of several MB; {lack}");
    }

    private async Task KeepAsync(LocalNetwork network, DemoAuthority authority, CancellationToken ct)
    {
        await network.Ledger.RestartAsync(ct);
        await Task.WhenAll(network.Nodes.Select(n => n.StartAsync(ct)));
        KeptNetwork.Save(network);
        network.Detach();
        var (key, chain) = (Path.Combine(network.Folder, "signer.key"), Path.Combine(network.Folder, "signer.pem"));
        authority.WriteSigner(key, chain);
        console.WriteLine();
        console.WriteLine("The network runs again and is left running. To use it:");
        console.WriteLine($"    export EVIDENCE_NODE={network.Nodes[0].Url}");
        console.WriteLine("    clients/evidence list");
        console.WriteLine($"    openssl dgst -sha256 -sign {key} -out FILE.sig FILE && cp {chain} FILE.pem");
        console.WriteLine("    clients/evidence archive FILE");
        console.WriteLine("    clients/evidence verify --all");
        console.WriteLine($"    data, logs of the processes and trust.json: {network.Folder}");
        console.WriteLine("To stop it and remove its data:");
        console.WriteLine($"    network/demo --stop {network.Folder}");
    }
}
