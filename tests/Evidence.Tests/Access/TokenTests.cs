using Evidence.Cli;
using Evidence.Core;
using Evidence.Node.Access;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Access.Tokens;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Tests.Cli;
using Evidence.Tests.Grpc;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Access;

public sealed class TokenTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();
    private readonly HandClock _clock = new();

    public void Dispose() => _folder.Dispose();

    private string Tokens => _folder.At("tokens.json");

    private (TokenInfo Info, string Token) Make(string name = "desk", TimeSpan? life = null, params string[] roles) =>
        NodeTokens.CreateIn(Tokens, name, roles.Length == 0 ? ["archivist"] : roles, life ?? TimeSpan.FromDays(1), _clock, static _ => { });

    private (Caller? Caller, string? Problem) Find(string token) => Book().Find(token);

    private TokenBook Book() => new(Options(), _clock);

    private NodeOptions Options() => new()
    {
        Name = "n",
        Listen = new Uri("http://127.0.0.1:0"),
        DataFolder = "",
        KeysFolder = "",
        Origin = "o",
        WitnessName = "w",
        Access = new AccessOptions { TokensFile = Tokens },
    };

    [Fact]
    public void Keeps_a_digest_and_never_the_token_for_its_owner_alone()
    {
        var (info, token) = Make();
        Assert.Matches("^evt_[A-Za-z0-9_-]{43}$", token);
        var kept = File.ReadAllText(Tokens);
        Assert.DoesNotContain(token[4..], kept, StringComparison.Ordinal);
        Assert.Contains(Digest.Of(System.Text.Encoding.ASCII.GetBytes(token)).ToString(), kept, StringComparison.Ordinal);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Tokens));
        Assert.NotEqual(token, Make().Token);
        Assert.Equal(["archivist"], info.Roles);
    }

    [Fact]
    public void Knows_who_has_a_token()
    {
        var (_, first) = Make("desk");
        var (_, second) = Make("hall 2 市档案馆", null, "submitter", "court");
        Assert.Equal(("desk", RoleSet.Of([Role.Archivist])), (Find(first).Caller!.Name, Find(first).Caller!.Roles));
        Assert.Equal(("hall 2 市档案馆", RoleSet.Of([Role.Submitter, Role.Court])), (Find(second).Caller!.Name, Find(second).Caller!.Roles));
        Assert.Null(Find(TokenText.Make()).Caller);
    }

    [Fact]
    public void Ends_a_token_when_its_time_is_over()
    {
        var (_, token) = Make(life: TimeSpan.FromHours(1));
        var book = Book();
        Assert.NotNull(book.Find(token).Caller);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Contains("expired", book.Find(token).Problem, StringComparison.Ordinal);
        Assert.Null(book.Find(token).Caller);
    }

    [Fact]
    public void Says_everything_that_is_wrong_with_the_file()
    {
        Make();
        File.WriteAllText(Tokens, """{"tokens":[{"id":"a","name":"anonymous","roles":["king"],"sha256":"x","created":"today","expires":"2027-01-01T00:00:00Z"},{"id":"a","name":"n","roles":[],"sha256":"x","created":"2026-01-01T00:00:00Z","expires":"2027-01-01T00:00:00Z","more":1}]}""");
        var errors = Assert.Throws<ConfigurationException>(() => Book()).Errors;
        foreach (var part in (string[])["tokens[0].name", "king", "tokens[0].sha256", "tokens[0].created", "tokens[1].more", "the id a stands there 2 times"])
            Assert.Contains(errors, error => error.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_no_file_that_others_can_touch()
    {
        Make();
        File.SetUnixFileMode(Tokens, OwnerOnly | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<KeyFileException>(() => Book()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "archivist", 1)]
    [InlineData("anonymous", "archivist", 1)]
    [InlineData("node:evidence.test/node1", "submitter", 1)]
    [InlineData("two\nlines", "archivist", 1)]
    [InlineData("desk", "king", 1)]
    [InlineData("desk", "Archivist", 1)]
    [InlineData("desk", "1", 1)]
    [InlineData("desk", "submitter,court", 1)]
    [InlineData("desk", "archivist, administrator", 1)]
    [InlineData("desk", "court ", 1)]
    [InlineData("desk", "archivist", 0)]
    [InlineData("desk", "archivist", 3661)]
    public void Makes_no_token_that_says_something_else_than_was_meant(string name, string role, int days)
    {
        Assert.Throws<FormatException>(() => Make(name, TimeSpan.FromDays(days), role));
        Assert.False(File.Exists(Tokens));
    }

    [Fact]
    public void Has_a_bound_on_the_number_of_tokens()
    {
        var many = Enumerable.Range(0, TokenFile.MaxTokens).Select(i => new TokenEntry($"{i}", "n", default, default, default, default, null)).ToList();
        TokenFile.Change(Tokens, entries => { entries.AddRange(many); return 0; });
        Assert.Throws<ConfigurationException>(() => Make());
    }

    [Fact]
    public async Task Are_made_listed_and_revoked_from_the_command_line()
    {
        await using var node = await LockedNode.StartAsync(json => { });
        var (config, file) = (node.Identity.ConfigFile, _folder.At("token"));
        var made = await CommandRun.Of("token", "create", "--config", config, "--name", "desk", "--role", "auditor", "--role", "court", "--days", "2", "-o", file, "--json");
        Assert.Equal(ExitCode.Intact, made.Code);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.DoesNotContain("evt_", made.Output, StringComparison.Ordinal);
        var id = made.Json["id"]!.GetValue<string>();
        await node.StopAsync();
        await node.StartAsync();
        string[] list = ["sweeps", "--node", node.Address.AbsoluteUri];
        Assert.Equal(ExitCode.Intact, (await CommandRun.Of([.. list, "--token-file", file])).Code);
        var refused = await CommandRun.Of(list);
        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("auditor", refused.Error, StringComparison.Ordinal);

        Assert.Contains(id, (await CommandRun.Of("token", "list", "--config", config)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Intact, (await CommandRun.Of("token", "revoke", id, "--config", config)).Code);
        Assert.NotNull((await CommandRun.Of("token", "list", "--config", config, "--json")).Json["tokens"]!.AsArray().Single(known => known!["id"]!.GetValue<string>() == id)!["revoked"]);
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("token", "revoke", "none", "--config", config)).Code);
        await node.StopAsync();
        await node.StartAsync();
        Assert.Contains("revoked", (await CommandRun.Of(["sweeps", "--node", node.Address.AbsoluteUri, "--token-file", file])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_taken_up_and_end_while_the_node_runs()
    {
        await using var node = await LockedNode.StartAsync(json => { });
        var token = LockedNode.Make(node, "desk", Role.Auditor);
        await Eventually.TrueAsync(() => IsKnownAsync(node, token), "the node knows the new token");
        var file = Path.Combine(Path.GetDirectoryName(node.Identity.ConfigFile)!, "keys", TokenFile.Name);
        var good = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, "{");
        await Eventually.TrueAsync(() => node.Alerts.FindOpen(AccessReload.Alert("tokens")) is not null, "the alert says that the file is no good");
        Assert.True(await IsKnownAsync(node, token)); // what was in force stays
        await File.WriteAllTextAsync(file, good);
        await Eventually.TrueAsync(() => node.Alerts.FindOpen(AccessReload.Alert("tokens")) is null, "the alert closes");
        NodeTokens.Revoke(node.Identity.ConfigFile, NodeTokens.List(node.Identity.ConfigFile).Single(known => known.Name == "desk").Id, TimeProvider.System);
        await Eventually.TrueAsync(async () => !await IsKnownAsync(node, token), "the token has ended");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"tokens":[{"id":"\ud800"}]}""")]
    public async Task Are_looked_at_again_until_it_is_told_that_they_are_no_good(string text)
    {
        Make();
        var log = new HeldLog<AccessReload>();
        var alerts = await AlertBook.LoadAsync(_folder.At("monitor"), TimeProvider.System, NullLogger<AlertBook>.Instance, CancellationToken.None);
        using var reload = new AccessReload(Options(), Book(), new NodeTls(null), alerts, TimeProvider.System, log);
        alerts.Dispose(); // takes no alert any more
        File.WriteAllText(Tokens, text);
        await reload.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => log.Failures > 2, "the alert is tried again");
        await reload.StopAsync(CancellationToken.None);
    }

    private static async Task<bool> IsKnownAsync(TestNode node, string token)
    {
        using var http = new HttpClient();
        return await BareCall.RefusalAsync(http, node.Address, "/evidence.v1.ReplicationService/ListLogs", "Bearer " + token) is null;
    }

    [Fact]
    public async Task Are_not_sent_where_others_could_read_them_or_read_from_where_others_can()
    {
        var file = _folder.At("token");
        await File.WriteAllTextAsync(file, TokenText.Make() + "\n");
        File.SetUnixFileMode(file, OwnerOnly | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", (await CommandRun.Of("sweeps", "--node", CommandRun.NoNode, "--token-file", file)).Error, StringComparison.Ordinal);
        File.SetUnixFileMode(file, OwnerOnly);
        var clear = await CommandRun.Of("sweeps", "--node", "http://192.0.2.1:7401", "--token-file", file);
        Assert.Equal(ExitCode.Usage, clear.Code);
        Assert.Contains("https", clear.Error, StringComparison.Ordinal);
    }

    /// <summary>Counts what failed.</summary>
    private sealed class HeldLog<T> : ILogger<T>
    {
        private int _failures;

        internal int Failures => Volatile.Read(ref _failures);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is ObjectDisposedException) Interlocked.Increment(ref _failures);
        }
    }
}
