using System.Diagnostics;
using System.Text.Json;
using Evidence.Tests.Grpc.Interop.Protocol;
using Google.Protobuf.Reflection;

namespace Evidence.Tests.Grpc.Interop;

/// <summary>A foreign implementation of gRPC, in processes of its own.</summary>
internal sealed class InteropPeer
{
    private static readonly SemaphoreSlim Preparing = new(1);
    private static bool _prepared;

    private readonly string _program;
    private readonly string _suffix;
    private readonly string[] _first;

    private InteropPeer(string program, string suffix, params string[] first) => (_program, _suffix, _first) = (program, suffix, first);

    /// <summary>The messages, for a peer that has no compiler for them.</summary>
    private static readonly string Descriptors = Path.Combine(Path.GetTempPath(), $"evidence-testing-{Environment.ProcessId}.binpb");

    public static InteropPeer GrpcJs { get; } = new("node", "js");

    /// <summary>Debian's Python: others on the PATH do not see Debian's packages.</summary>
    public static InteropPeer Grpcio { get; } = new("/usr/bin/python3", "py", Descriptors);

    private static string Folder => Path.Combine(Vectors.CheckoutRoot(), "tests", "Evidence.Tests", "Grpc", "Interop");

    /// <summary>Has the peer's client run all cases.</summary>
    /// <returns>By the name of the case what went wrong in it; empty where nothing did.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RunClientAsync(string address)
    {
        await PrepareAsync();
        using var process = Start("client", new Uri(address).Authority);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var results = new Dictionary<string, string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            results.Add(json.RootElement.GetProperty("case").GetString()!, json.RootElement.GetProperty("error").GetString()!);
        }
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return results;
    }

    /// <summary>Starts the peer's server.</summary>
    /// <returns>The process, which ends with its input, and its address.</returns>
    public async Task<(Process Process, string Address)> StartServerAsync()
    {
        await PrepareAsync();
        var process = Start("server");
        var error = process.StandardError.ReadToEndAsync();
        var port = await process.StandardOutput.ReadLineAsync();
        if (port is null)
            Assert.Fail(await error);
        return (process, "http://127.0.0.1:" + port);
    }

    private Process Start(string script, params string[] arguments) => Process.Start(Info(_program, [$"{script}.{_suffix}", .. _first, .. arguments]))!;

    // What is there already costs nothing.
    private static async Task PrepareAsync()
    {
        await Preparing.WaitAsync();
        try
        {
            if (_prepared)
                return;
            var known = new FileDescriptorSet { File = { TestingReflection.Descriptor.ToProto() } };
            await File.WriteAllBytesAsync(Descriptors, Google.Protobuf.MessageExtensions.ToByteArray(known));
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(Descriptors);
            using var prepare = Process.Start(Info(Path.Combine(Vectors.CheckoutRoot(), "network", "prepare"), ["python3-grpcio", "tests/Evidence.Tests/Grpc/Interop"]))!;
            prepare.StandardInput.Close();
            var output = prepare.StandardOutput.ReadToEndAsync();
            var error = await prepare.StandardError.ReadToEndAsync();
            await prepare.WaitForExitAsync();
            Assert.True(prepare.ExitCode == 0, error + await output);
            _prepared = true;
        }
        finally
        {
            Preparing.Release();
        }
    }

    private static ProcessStartInfo Info(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
    };
}
