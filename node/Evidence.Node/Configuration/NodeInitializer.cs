using System.Text;
using System.Text.Json.Nodes;
using Evidence.Node.Access.Tokens;

namespace Evidence.Node.Configuration;

/// <summary>What a new node is called and where it listens.</summary>
/// <param name="Name">The node's name; no spaces and no plus sign.</param>
/// <param name="Origin">Name of its log; null: evidence.local/ and the node's name.</param>
/// <param name="Listen">Address to listen on.</param>
public sealed record NodeInitOptions(string Name, string? Origin = null, string Listen = "http://127.0.0.1:7401");

/// <summary>The public identity of a node, to be given to its peers, to the ledger's members and to those who write trust.json.</summary>
/// <param name="ConfigFile">Path of node.json.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Origin">Name of its log.</param>
/// <param name="LogKey">Verifier key that its log began with (C2SP signed-note): for ever the one by which others know it.</param>
/// <param name="CurrentLogKey">Verifier key that its log signs with now.</param>
/// <param name="WitnessKey">Verifier key of its witness (C2SP tlog-cosignature).</param>
/// <param name="LogId">The log's id on the ledger: SHA-256 of <paramref name="LogKey"/>, lower-case hex.</param>
/// <param name="OperatorAddress">Ledger account of the node, hex with 0x.</param>
public sealed record NodeIdentity(
    string ConfigFile, string Name, string Origin, string LogKey, string CurrentLogKey, string WitnessKey, string LogId, string OperatorAddress)
{
    /// <summary>SHA-256 of the TLS certificate that the node made for itself (DER), lower-case hex; null: there is none.</summary>
    public string? CertificateSha256 { get; init; }

    /// <summary>File with the first administrator's token; null: there is none.</summary>
    public string? AdministratorTokenFile { get; init; }
}

/// <summary>Makes the folder of a new node: keys and a configuration to be completed.</summary>
public static class NodeInitializer
{
    private const string AdministratorToken = "administrator.token";
    private static readonly TimeSpan AdministratorLife = TimeSpan.FromDays(365);

    /// <summary>
    /// Makes <c>node.json</c> and <c>keys/</c> in <paramref name="folder"/>. What is there already is kept, so that it may be called again;
    /// it answers with the identity in every case.
    /// </summary>
    /// <exception cref="ConfigurationException">The folder holds a node of another name or log, or a configuration with errors.</exception>
    public static NodeIdentity Init(string folder, NodeInitOptions options) => Init(folder, options, TimeProvider.System);

    /// <summary>As <see cref="Init(string, NodeInitOptions)"/>, by another clock, which dates certificate and token.</summary>
    /// <exception cref="ConfigurationException">The folder holds a node of another name or log, or a configuration with errors.</exception>
    public static NodeIdentity Init(string folder, NodeInitOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var keys = Path.Combine(folder, "keys");
        NodeKeys.CreateMissing(keys);
        NodeCertificate.CreateMissing(keys, options.Name, Uri.TryCreate(options.Listen, UriKind.Absolute, out var listen) ? listen.Host : "", time);
        CreateAdministrator(keys, time);
        var file = Path.GetFullPath(Path.Combine(folder, "node.json"));
        var made = !File.Exists(file);
        if (made) File.WriteAllText(file, Skeleton(options));
        var node = ReadNew(file, made);
        var origin = options.Origin ?? DefaultOrigin(options.Name);
        if (node.Name != options.Name || node.Origin != origin)
            throw new ConfigurationException(file, [$"the folder already holds the node {node.Name} with the log {node.Origin}: choose another folder"]);
        return Identity(file, node);
    }

    /// <summary>The identity of a node that exists.</summary>
    /// <exception cref="ConfigurationException">The configuration has errors.</exception>
    /// <exception cref="KeyFileException">A key cannot be used.</exception>
    public static NodeIdentity Describe(string configFile)
    {
        var file = Path.GetFullPath(configFile);
        return Identity(file, NodeOptionsReader.Read(file));
    }

    // A skeleton that is not even valid must not stay behind and stop the next, corrected call.
    private static NodeOptions ReadNew(string file, bool made)
    {
        try
        {
            return NodeOptionsReader.Read(file);
        }
        catch (ConfigurationException) when (made)
        {
            File.Delete(file);
            throw;
        }
    }

    private static NodeIdentity Identity(string file, NodeOptions node)
    {
        var keys = NodeKeys.Load(node);
        return new NodeIdentity(
            file, node.Name, node.Origin, keys.LogKeys.First.ToString(), keys.LogKeys.Current.ToString(), keys.Witness.Key.ToString(), keys.LogKeys.LogId.ToString(), keys.Operator.Address)
        {
            CertificateSha256 = NodeCertificate.Find(node.KeysFolder)?.ToString(),
            AdministratorTokenFile = Path.Combine(node.KeysFolder, AdministratorToken) is var token && File.Exists(token) ? token : null,
        };
    }

    // Somebody must be able to look after the node, and nobody is let in without a token. A crash between the two files: the next call makes both anew.
    private static void CreateAdministrator(string keys, TimeProvider time)
    {
        var (file, tokens) = (Path.Combine(keys, AdministratorToken), Path.Combine(keys, TokenFile.Name));
        if (File.Exists(tokens)) return;
        File.Delete(file);
        NodeTokens.CreateIn(tokens, "administrator", ["administrator"], AdministratorLife, time, token => OwnerOnlyFile.Write(file, Encoding.ASCII.GetBytes(token + "\n")));
    }

    private static string DefaultOrigin(string name) => $"evidence.local/{name}";

    private static string Skeleton(NodeInitOptions options)
    {
        var json = Settings(options);
        if (options.Listen.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            json["tls"] = new JsonObject { ["certificate"] = $"keys/{NodeCertificate.CertificateFile}", ["key"] = $"keys/{NodeCertificate.KeyFile}" };
        return json.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static JsonObject Settings(NodeInitOptions options) => new()
    {
        ["name"] = options.Name,
        ["listen"] = options.Listen,
        ["access"] = new JsonObject { ["anonymous"] = new JsonArray(), ["certificates"] = new JsonArray(), ["tokens"] = $"keys/{TokenFile.Name}" },
        ["data"] = "data",
        ["keys"] = "keys",
        ["origin"] = options.Origin ?? DefaultOrigin(options.Name),
        ["requireSignature"] = true,
        ["signatureRoots"] = new JsonArray(),
        ["peers"] = new JsonArray(),
        ["sweep"] = new JsonObject { ["everySeconds"] = 0, ["bytesPerSecond"] = 0 },
        ["replication"] = new JsonObject { ["everySeconds"] = 1 },
        ["volumeBytes"] = NodeOptions.DefaultVolumeBytes,
    };
}
