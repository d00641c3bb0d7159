using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Node.Access;
using Evidence.Node.Access.Tokens;
using Evidence.Tests.Nodes;
using Evidence.V1;

namespace Evidence.Tests.Access;

/// <summary>A node that lets nobody in without a token, and a token for each role.</summary>
public sealed class LockedNode : IAsyncLifetime
{
    internal static readonly TimeSpan Life = TimeSpan.FromDays(1);
    private readonly Dictionary<Role, string> _tokens = [];

    internal TestNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await StartAsync(json => { });
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.Unspecified)) _tokens[role] = Make(Node, Name(role), role);
        await Node.StopAsync();
        await Node.StartAsync();
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    /// <summary>Name of the caller that has a role.</summary>
    internal static string Name(Role role) => "the " + role.ToString().ToLowerInvariant();

    /// <summary>The token of that role; null: none.</summary>
    internal string? TokenOf(Role role) => _tokens.GetValueOrDefault(role);

    internal EvidenceClient As(Role role) => Connect(Node, TokenOf(role));

    internal static EvidenceClient Connect(TestNode node, string? token) => new(node.Address, new EvidenceClientOptions { Credentials = new NodeCredentials { Token = token } });

    internal static string Make(TestNode node, string name, params Role[] roles) =>
        NodeTokens.Create(node.Identity.ConfigFile, name, RoleSet.Of(roles).ToNames().ToArray(), Life, node.Time).Token;

    internal static Task<TestNode> StartAsync(Action<JsonObject> access) => TestNode.StartNewAsync(json =>
    {
        var section = new JsonObject();
        access(section);
        json["access"] = section;
    });
}
