using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Ledger;

/// <summary>A fact that needs the consortium ledger that lies beside the checkout. A clone that stands alone does not have it: the test is skipped by name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CliqueNetFactAttribute : FactAttribute
{
    public CliqueNetFactAttribute() => Skip = CliqueNet.Source is null ? "the consortium ledger (../shared/clique-net) is not beside this checkout" : null!;
}

/// <summary>The tests that share one network of signers, one after the other.</summary>
[CollectionDefinition(nameof(CliqueNet))]
public sealed class CliqueNetUsers : ICollectionFixture<CliqueNet>;

/// <summary>Four Clique signers, each a process of its own, with the contract on their chain. Installed once for all tests that use it.</summary>
public sealed class CliqueNet : IAsyncLifetime
{
    internal const int Signers = 4;
    private const ulong Gwei = 1_000_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evidence-clique-");
    private readonly Dictionary<int, int> _pids = [];
    private readonly HttpClient _http = new();
    private JsonObject _net = [];
    private Deployment? _deployment;

    internal static string? Source { get; } = Find();

    /// <summary>Pays, is the consortium's only member, and operates every log.</summary>
    internal OperatorKey User { get; private set; } = null!;

    /// <summary>Its secret key, hex.</summary>
    internal string UserKey => (string)_net["user"]!;

    internal TrustedChain Trusted => new(
        _deployment!.ChainId, _deployment.Genesis.ToLowerInvariant(), _deployment.Contract.ToLowerInvariant(), ConsensusNames.Clique,
        [new ValidatorRange(0, null, [.. Enumerable.Range(0, Signers).Select(signer => (string)Node(signer)["addr"]!)])]);

    /// <summary>All endpoints, that of signer 0 first.</summary>
    internal LedgerOptions Options => new()
    {
        Endpoints = [.. Enumerable.Range(0, Signers).Select(Endpoint)],
        ChainId = _deployment?.ChainId,
        Genesis = _deployment?.Genesis,
        Contract = _deployment?.Contract,
        Consensus = _deployment is null ? ConsensusNames.None : ConsensusNames.Clique,
        Trusted = _deployment is null ? null : Trusted,
        PollInterval = Pause,
        RepeatInterval = TimeSpan.FromSeconds(2),
        RequestTimeout = TimeSpan.FromSeconds(3),
        GasPrice = Gwei,
    };

    internal Uri Endpoint(int signer) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{(int)Node(signer)["rpc"]!}"));

    internal LedgerClient Client(LedgerOptions? options = null, HttpClient? http = null) => new(options ?? Options, http ?? _http, TimeProvider.System, NullLogger<LedgerClient>.Instance);

    /// <summary>A log that is registered for the user to anchor.</summary>
    internal async Task<TestLog> RegisterAsync(int leaves)
    {
        var log = new TestLog(leaves);
        await new Consortium(Client()).RegisterLogAsync(User, log.Id, User.Address, log.Origin, CancellationToken.None);
        return log;
    }

    internal Task<string> SubmitAsync(TestLog log, ILedger ledger, ulong oldSize, ulong newSize) =>
        ledger.SubmitAnchorAsync(User, log.Id, newSize, log.RootAt(newSize), log.Proof(oldSize, newSize), CancellationToken.None);

    /// <summary>Starts a signer, with the data that it has, unless it runs.</summary>
    /// <param name="signer">Which one.</param>
    /// <param name="preload">The module that its process loads first; null for the usual one.</param>
    internal async Task StartAsync(int signer, string? preload = null)
    {
        if (!_pids.ContainsKey(signer)) _pids[signer] = int.Parse(await RunPreloadedAsync(preload, "./startnode.sh", "net", $"{signer}"), CultureInfo.InvariantCulture);
    }

    /// <summary>Starts all signers that do not run, and waits until they agree.</summary>
    internal async Task StartAllAsync()
    {
        foreach (var signer in Enumerable.Range(0, Signers)) await StartAsync(signer);
        await AgreeAsync();
    }

    /// <summary>Writes a file beside the signers' software.</summary>
    /// <returns>Its name.</returns>
    internal string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, name), text);
        return name;
    }

    internal Task KillAllAsync() => Task.WhenAll(_pids.Keys.ToList().Select(KillAsync));

    /// <summary>Keeps what a signer that does not run has on its disk, to be put back later.</summary>
    internal void BackUp(int signer) => CopyFolder(DataOf(signer), BackupOf(signer));

    /// <summary>Sets a signer that does not run back to what was kept of it.</summary>
    internal void Restore(int signer)
    {
        Directory.Delete(DataOf(signer), recursive: true);
        CopyFolder(BackupOf(signer), DataOf(signer));
    }

    /// <summary>Kills a signer: nothing that it held in memory is left.</summary>
    internal async Task KillAsync(int signer)
    {
        if (!_pids.Remove(signer, out var pid)) return;
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // It was gone already.
        }
    }

    /// <summary>Waits until all signers have one head and it moves.</summary>
    internal Task AgreeAsync() => RunAsync("node", "waithead.mjs", "net", "60");

    public async Task InitializeAsync()
    {
        if (Source is null) return;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Source)) File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
            await RunAsync("npm", "install", "--no-audit", "--no-fund", "--loglevel=error");
            await FoundAsync();
        }
        catch
        {
            await DisposeAsync(); // the runner does not, when this fails
            throw;
        }
    }

    /// <summary>Puts another network, with another chain, in the place of one whose signers may not find together again.</summary>
    internal async Task RenewAsync()
    {
        await KillAllAsync();
        Directory.Delete(Path.Combine(_folder.FullName, "net"), recursive: true);
        _deployment = null;
        await FoundAsync();
    }

    private async Task FoundAsync()
    {
        await RunAsync("node", "mknet.mjs", Path.Combine(_folder.FullName, "net"), $"{Signers}", "1", FreePorts().ToString(CultureInfo.InvariantCulture), "london");
        _net = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "net", "net.json")))!.AsObject();
        User = OperatorKey.FromBytes(Convert.FromHexString(UserKey));
        await StartAllAsync();
        _deployment = await Client().DeployAsync(User, [User.Address], 1, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await KillAllAsync();
        _http.Dispose();
        if (Directory.Exists(_folder.FullName)) _folder.Delete(recursive: true);
    }

    private JsonNode Node(int signer) => _net["nodes"]![signer]!;

    private string DataOf(int signer) => Path.Combine(_folder.FullName, "net", $"n{signer}");

    private string BackupOf(int signer) => Path.Combine(_folder.FullName, $"backup{signer}");

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from)) CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private Task<string> RunAsync(string program, params string[] arguments) => RunPreloadedAsync(null, program, arguments);

    private async Task<string> RunPreloadedAsync(string? preload, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program == "./startnode.sh" ? Path.Combine(_folder.FullName, program) : program, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (preload is not null) start.Environment["PRELOAD"] = preload;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>The first of ports such that it, those 500 and 600 above, and the three after each are free.</summary>
    private static int FreePorts()
    {
        var used = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(static end => end.Port).ToHashSet();
        int[] offsets = [0, 500, 600];
        return Enumerable.Range(0, 400).Select(static _ => Random.Shared.Next(20_000, 31_000))
            .First(port => offsets.All(offset => Enumerable.Range(port + offset, Signers).All(one => !used.Contains(one))));
    }

    private static string? Find()
    {
        var folder = Path.Combine(Vectors.CheckoutRoot(), "..", "shared", "clique-net");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }
}
