using System.Security.Cryptography;
using System.Text;
using Evidence.Core.Trust;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Evidence.Verifier;

namespace Evidence.Tests.Backups;

/// <summary>A node that runs, with anchored and cosigned records in several volumes, and a medium that it was backed up onto meanwhile.</summary>
internal sealed class BackedUpNode : IAsyncDisposable
{
    internal const int Records = 20;

    private BackedUpNode(TestNode node) => Node = node;

    internal TestNode Node { get; }

    internal TestMedium Medium { get; } = new();

    internal string Trust { get; private set; } = "";

    internal static async Task<BackedUpNode> StartAsync()
    {
        var backedUp = new BackedUpNode(await TestNode.StartNewAsync(json => json["volumeBytes"] = 100_000));
        backedUp.Trust = backedUp.Node.Write("trusted.json", Encoding.UTF8.GetString(TrustPolicyJson.Encode(TestTrust.For(backedUp.Node))));
        await backedUp.FileAsync(Records);
        var run = await backedUp.BackUpAsync();
        Assert.True(run.Code == 0, run.Output + run.Error);
        return backedUp;
    }

    /// <summary>Files records, until they are anchored and cosigned.</summary>
    internal async Task FileAsync(int count)
    {
        V1.ArchiveResponse? last = null;
        for (var i = 0; i < count; i++) last = await Upload.Of(RandomNumberGenerator.GetBytes(12_000)).SendAsync(Node);
        await Node.AnchoredAsync(last!.Record);
    }

    internal Task<CommandRun> BackUpAsync() => CommandRun.Of("backup", "--config", Node.Identity.ConfigFile, "--to", Medium.Folder, "--json");

    /// <summary>evidence-verify with the node's trust.json.</summary>
    internal CommandRun Verify(bool trusting = true) => Verify([Medium.Folder, "--json", .. trusting ? ["--trust", Trust] : Array.Empty<string>()]);

    internal static CommandRun Verify(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = VerifyCommand.Run(arguments, output, error);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>One file of the medium by its name.</summary>
    internal string Find(string name) => Directory.EnumerateFiles(Medium.Folder, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();

    /// <summary>Makes the list of digests fit whatever the files of the first backup are now, as whoever changes a medium can.</summary>
    internal void ForgeSums()
    {
        var sums = Medium.At("0001/SHA256SUMS");
        File.WriteAllLines(sums, File.ReadAllLines(sums).Select(line => line[66..]).Where(name => File.Exists(Medium.At("0001/" + name)))
            .Select(name => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Medium.At("0001/" + name))))}  {name}"));
    }

    public async ValueTask DisposeAsync()
    {
        Medium.Dispose();
        await Node.DisposeAsync();
    }
}
