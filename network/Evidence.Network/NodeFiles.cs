using Evidence.Node.Configuration;

namespace Evidence.Network;

/// <summary>The files of one node of a local network.</summary>
/// <param name="Folder">The node's folder.</param>
/// <param name="Url">Address of its gRPC services.</param>
/// <param name="Identity">Its names and public keys.</param>
public sealed record NodeFiles(string Folder, string Url, NodeIdentity Identity)
{
    /// <summary>node.json.</summary>
    public string Config => Identity.ConfigFile;

    /// <summary>Folder of its data.</summary>
    public string Data => Path.Combine(Folder, "data");

    /// <summary>What the process wrote.</summary>
    public string LogFile => Path.Combine(Folder, "node.log");

    /// <summary>The key of its ledger account.</summary>
    public string OperatorKey => Path.Combine(Folder, "keys", "operator.key");

    /// <summary>Folder of its own log.</summary>
    /// <exception cref="DirectoryNotFoundException">The node has not run yet.</exception>
    public string OwnLog => LogFolder(Identity.Origin);

    /// <summary>Written by the node once it serves calls.</summary>
    internal string ListenFile => Path.Combine(Data, "listen.txt");

    /// <summary>Folder of the log of that origin: its own or a mirror.</summary>
    /// <exception cref="DirectoryNotFoundException">The node does not hold such a log.</exception>
    public string LogFolder(string origin)
    {
        var logs = Path.Combine(Data, "logs");
        var stem = string.Concat(origin.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        return Directory.GetDirectories(logs, stem + "-*").SingleOrDefault()
            ?? throw new DirectoryNotFoundException($"{Identity.Name} holds no log {origin} in {logs}");
    }
}
