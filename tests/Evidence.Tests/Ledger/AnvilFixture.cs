using System.Security.Cryptography;
using Evidence.Ledger;
using Evidence.Network.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Ledger;

/// <summary>A fact that needs anvil; where npm cannot install it, the test is skipped by name with npm's reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AnvilFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(Find);

    public AnvilFactAttribute() => Skip = Missing.Value!;

    internal static bool IsMissing => Missing.Value is not null;

    private static string? Find()
    {
        try
        {
            AnvilProgram.FindAsync(null, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"anvil is not installed and cannot be: {e.Message}";
        }
    }
}

/// <summary>A fact that needs both anvil and the published vectors.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AnvilVectorFactAttribute : FactAttribute
{
    public AnvilVectorFactAttribute() => Skip = Vectors.Folder is null ? Vectors.SkipReason : new AnvilFactAttribute().Skip;
}

[CollectionDefinition(Name)]
public sealed class AnvilCollection : ICollectionFixture<AnvilFixture>
{
    public const string Name = "anvil";
}

/// <summary>One development chain with the contract on it: three members, of whom two must approve.</summary>
public sealed class AnvilFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evidence-anvil-");
    private readonly HttpClient _http = new();
    private LedgerClient? _client;

    internal DevelopmentLedger Chain { get; private set; } = null!;

    internal Deployment Deployment { get; private set; } = null!;

    internal IReadOnlyList<OperatorKey> Members { get; } = [NewKey(), NewKey(), NewKey()];

    internal LedgerOptions Options => new()
    {
        Endpoints = [Chain.Url],
        ChainId = Deployment.ChainId,
        Genesis = Deployment.Genesis,
        Contract = Deployment.Contract,
        PollInterval = TimeSpan.FromMilliseconds(50),
    };

    internal static OperatorKey NewKey() => OperatorKey.FromBytes([0, .. RandomNumberGenerator.GetBytes(31)]);

    /// <summary>One client for all: two would each give the same nonce to the transactions of one key.</summary>
    internal LedgerClient Client() => _client ??= Client(Options);

    internal Consortium Consortium() => new(Client());

    internal LedgerClient Client(LedgerOptions options) => Client(options, _http);

    internal static LedgerClient Client(LedgerOptions options, HttpClient http) =>
        new(options, http, TimeProvider.System, NullLogger<LedgerClient>.Instance);

    /// <summary>How many transactions an account has sent.</summary>
    internal async Task<ulong> NonceAsync(string address)
    {
        var rpc = new Evidence.Ledger.Rpc.JsonRpcEndpoint(Chain.Url, _http, TimeSpan.FromSeconds(10), TimeProvider.System);
        return Evidence.Ledger.Rpc.Hex.ParseQuantity((await rpc.CallAsync("eth_getTransactionCount", CancellationToken.None, address, "pending")).GetString()!);
    }

    /// <summary>A log of its own for one test, registered by two members.</summary>
    internal async Task<TestLog> RegisterAsync(int leaves)
    {
        var log = new TestLog(leaves);
        await Task.WhenAll(
            Members.Take(2).Select(member => Consortium().RegisterLogAsync(member, log.Id, log.Operator.Address, log.Origin, CancellationToken.None)));
        return log;
    }

    public async Task InitializeAsync()
    {
        if (AnvilFactAttribute.IsMissing) return;
        Chain = await DevelopmentLedger.StartAsync(new DevelopmentLedgerOptions { Folder = _folder.FullName, BlockSeconds = 0.2 }, TimeProvider.System, CancellationToken.None);
        var options = new LedgerOptions { Endpoints = [Chain.Url], PollInterval = TimeSpan.FromMilliseconds(50) };
        Deployment = await Client(options).DeployAsync(NewKey(), [.. Members.Select(member => member.Address)], 2, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (Chain is not null) await Chain.DisposeAsync();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }
}
