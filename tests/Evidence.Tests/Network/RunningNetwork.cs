using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Network;
using Evidence.V1;
using Microsoft.Extensions.Logging.Abstractions;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Network;

/// <summary>Tests over real processes run one class after the other and not beside the others: they need the machine for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealProcesses
{
    public const string Name = "real processes";
}

/// <summary>A local network for one test class, and what tests often ask of it.</summary>
internal sealed class RunningNetwork : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder;

    private RunningNetwork(string folder, LocalNetwork network) => (_folder, Local) = (folder, network);

    internal LocalNetwork Local { get; }

    internal NodeProcess Node1 => Local.Nodes[0];

    internal static async Task<RunningNetwork> StartAsync(int nodes = 3)
    {
        var folder = Directory.CreateTempSubdirectory("evidence-test-").FullName;
        var options = new LocalNetworkOptions { Folder = Path.Combine(folder, "network"), Nodes = nodes, RequireSignature = false, AnchorEverySeconds = 1 };
        return new RunningNetwork(folder, await LocalNetwork.StartAsync(options, TimeProvider.System, CancellationToken.None));
    }

    /// <summary>An unsigned record of one file.</summary>
    internal static RecordDraft Draft(byte[] content) =>
        new("tests", new Description { Title = "test" }, [new DraftPart(PartRole.Content, "file.bin"u8.ToArray(), "", 0, "", () => new MemoryStream(content), content.Length)]);

    internal static async Task<ArchiveResponse> ArchiveAsync(EvidenceClient client, byte[] content) =>
        await client.ArchiveAsync(Draft(content), null, CancellationToken.None);

    /// <summary>Waits until the record's verdict is INTACT as a whole: anchored, replicated and cosigned.</summary>
    internal static async Task<Core.Verification.Verdict> WaitForIntactAsync(EvidenceClient client, string record)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var verdict = await client.VerifyRecordAsync(record, CancellationToken.None);
            if (verdict.Whole == Outcome.Intact || TimeProvider.System.GetElapsedTime(started) > Patience) return verdict;
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    /// <summary>Waits until the condition holds; false when it did not in time.</summary>
    internal static async Task<bool> WaitForAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
        return true;
    }

    /// <summary>Has a node sweep and waits for the end.</summary>
    internal static async Task<Sweep> SweepAsync(EvidenceClient client)
    {
        var sweep = await client.Monitor.StartSweepAsync(new StartSweepRequest());
        using var call = client.Monitor.WatchSweep(new WatchSweepRequest { Sweep = sweep.Sweep_ });
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) sweep = call.ResponseStream.Current;
        return sweep;
    }

    /// <summary>Asks the ledger itself for the newest anchor of node 1's log.</summary>
    internal async Task<LedgerAnchor?> LatestAnchorAsync()
    {
        using var http = new HttpClient();
        var deployment = Local.Deployment;
        var options = new LedgerOptions { Endpoints = [Local.Ledger.Url], ChainId = deployment.ChainId, Genesis = deployment.Genesis, Contract = deployment.Contract };
        var ledger = new LedgerClient(options, http, TimeProvider.System, NullLogger<LedgerClient>.Instance);
        return await ledger.LatestAsync(Digest.Parse(Node1.Files.Identity.LogId), CancellationToken.None);
    }

    /// <summary>For a failed assertion: every layer and finding in one text.</summary>
    internal static string Describe(Core.Verification.Verdict verdict) => $"{verdict.Record}: {VerdictText.Render(verdict)}";

    public async ValueTask DisposeAsync()
    {
        await Local.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
