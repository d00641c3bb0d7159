using System.Diagnostics;

namespace Evidence.Tests.Grpc;

/// <summary>Runs grpc-js in a process of its own.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private static readonly SemaphoreSlim Installing = new(1);
    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    public static string Folder { get; } = Path.Combine(Vectors.CheckoutRoot(), "tests", "Evidence.Tests", "Grpc", "interop");

    /// <summary>Why this machine cannot run the peer; null when it can.</summary>
    public static string? Missing { get; } = OnPath("node") && OnPath("npm") ? null : "node and npm are not installed";

    /// <summary>Runs a script to its end.</summary>
    /// <returns>Exit code and what it wrote to standard error.</returns>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        await InstallAsync();
        return await RunAsync("node", arguments);
    }

    /// <summary>Starts the server.</summary>
    public static async Task<(NodePeer Peer, string Address)> StartServerAsync(params string[] arguments)
    {
        await InstallAsync();
        var process = Process.Start(Info("node", ["server.js", .. arguments]))!;
        var port = await process.StandardOutput.ReadLineAsync();
        return (new NodePeer(process), "http://127.0.0.1:" + port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            // npm writes this file last, so it is the mark of a finished install.
            if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
                return;
            var (exitCode, error) = await RunAsync("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            Assert.True(exitCode == 0, "npm ci failed: " + error);
        }
        finally
        {
            Installing.Release();
        }
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Info(program, arguments))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error + await output);
    }

    private static ProcessStartInfo Info(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = program != "node" || arguments.First() != "server.js",
    };

    private static bool OnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>A theory that needs Node.js.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = NodePeer.Missing!;
}
