using Evidence.Core.Hashing;
using Evidence.Node.Configuration;
using Serilog;

namespace Evidence.Node.Hosting;

/// <summary>Runs a node in this process.</summary>
public static partial class NodeHost
{
    /// <summary>
    /// Runs the node of a configuration file until <paramref name="ct"/> is cancelled or the process is asked to end. Log messages go to standard
    /// error and into the data folder.
    /// </summary>
    /// <param name="configPath">The node's node.json.</param>
    /// <param name="ready">Told the address once calls are answered.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="ConfigurationException">The configuration has errors; all of them are named.</exception>
    /// <exception cref="KeyFileException">A key cannot be used.</exception>
    /// <exception cref="Storage.StorageException">The data folder is in use, or cannot be opened.</exception>
    public static async Task RunAsync(string configPath, Action<Uri> ready, CancellationToken ct)
    {
        var options = NodeOptionsReader.Read(configPath);
        Directory.CreateDirectory(options.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var log = NodeLogging.Create(options.DataFolder);
        await using var node = await RunningNode.StartAsync(options, new NodeSeams(TimeProvider.System), logging => logging.AddSerilog(log), ct);
        var logger = node.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(NodeHost));
        LogHashing(logger, BulkSha256.Best.Name);
        if (BulkSha256.Complaint is { } complaint) LogWrongHashing(logger, complaint);
        LogReady(logger, options.Name, node.Address, options.Ledger is not null);
        ready(node.Address);
        await node.WaitAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Many messages at once are hashed by {Way}")]
    private static partial void LogHashing(Microsoft.Extensions.Logging.ILogger logger, string way);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Complaint}")]
    private static partial void LogWrongHashing(Microsoft.Extensions.Logging.ILogger logger, string complaint);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} listens on {Address}; anchors on a ledger: {Anchors}")]
    private static partial void LogReady(Microsoft.Extensions.Logging.ILogger logger, string node, Uri address, bool anchors);
}
