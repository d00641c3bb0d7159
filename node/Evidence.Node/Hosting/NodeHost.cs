namespace Evidence.Node.Hosting;

/// <summary>Runs a node.</summary>
public static class NodeHost
{
    /// <summary>Runs the node of a configuration file until <paramref name="ct"/> is cancelled or the process is asked to end.</summary>
    public static Task RunAsync(string configPath, CancellationToken ct) => throw new NotImplementedException($"{configPath} {ct.CanBeCanceled}");
}
