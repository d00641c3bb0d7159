using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Node.Configuration;
using Evidence.Node.Rotating;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Rotating;

/// <summary>Hands a test node's key on, and signs with keys that it had.</summary>
internal static class HandedOn
{
    /// <summary>Stops the node and rotates its key. It does not run then.</summary>
    internal static async Task<LogKeyRotated> RotateAsync(TestNode node, bool discardOld = false)
    {
        await node.StopAsync();
        return await LogKeyRotation.RunAsync(node.Identity.ConfigFile, discardOld, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Folder of the node's keys.</summary>
    internal static string Keys(TestNode node) => Path.Combine(Path.GetDirectoryName(node.Identity.ConfigFile)!, "keys");

    /// <summary>The key that signs now.</summary>
    internal static LogSigner Current(TestNode node) => Signer(node, Path.Combine(Keys(node), "log.key"));

    /// <summary>The key that the rotation retired.</summary>
    internal static LogSigner Retired(TestNode node, LogKeyRotated rotated) => Signer(node, rotated.RetiredFile!);

    /// <summary>A key of the log's name that was never the log's.</summary>
    internal static LogSigner Stranger(TestNode node) => new(node.Identity.Origin, Digest.Of("stranger"u8).ToArray());

    private static LogSigner Signer(TestNode node, string file) => new(node.Identity.Origin, KeyFile.Read(file));
}
