using System.Security.Cryptography;
using System.Text;
using Evidence.Core.Notes;
using Evidence.Ledger;

namespace Evidence.Node.Configuration;

/// <summary>The secrets of this node. Nothing of them is ever logged.</summary>
/// <param name="Log">Signs the checkpoints of the node's own log.</param>
/// <param name="LogFiles">Where that key and those before it lie.</param>
/// <param name="LogKeys">The keys of the node's own log, that of <paramref name="Log"/> the last.</param>
/// <param name="Witness">Cosigns checkpoints of the logs that the node mirrors.</param>
/// <param name="Operator">Signs the node's transactions on the ledger.</param>
internal sealed record NodeKeys(LogSigner Log, LogKeyFiles LogFiles, LogKeyHistory LogKeys, Cosigner Witness, OperatorKey Operator)
{
    private const string WitnessFile = "witness.key";
    private const string OperatorFile = "operator.key";
    private const int SecretSize = 32;

    /// <summary>Makes those of the three key files that are missing.</summary>
    /// <exception cref="KeyFileException">The log's key is missing, and it is not the first one.</exception>
    internal static void CreateMissing(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        LogKeyFiles.CreateIfMissing(folder);
        foreach (var file in (string[])[WitnessFile, OperatorFile]) KeyFile.CreateIfMissing(Path.Combine(folder, file));
    }

    /// <summary>Reads the three key files.</summary>
    /// <exception cref="KeyFileException">One of them cannot be used, or they are not those of the log in the data folder.</exception>
    internal static NodeKeys Load(NodeOptions options)
    {
        var files = new LogKeyFiles(options);
        var log = files.ReadCurrent();
        return new NodeKeys(log, files, files.HistoryOf(log.Key), ReadWitness(options.KeysFolder, options.WitnessName), ReadOperator(options.KeysFolder));
    }

    /// <summary>The key that may sign the own log's checkpoint of this size; null when it was discarded.</summary>
    /// <exception cref="KeyFileException">It is there and cannot be used.</exception>
    internal LogSigner? SignerAt(ulong size) => LogKeys.ValidAt(size).Select(key => key.Equals(Log.Key) ? Log : LogFiles.FindRetired(key)).FirstOrDefault(static signer => signer is not null);

    /// <summary>A secret of this node for a purpose of its own, derived (HKDF, RFC 5869) from its witness key.</summary>
    /// <exception cref="KeyFileException">The key cannot be used.</exception>
    internal static byte[] SecretFor(string purpose, NodeOptions options) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, KeyFile.Read(Path.Combine(options.KeysFolder, WitnessFile)), SecretSize, info: Encoding.UTF8.GetBytes($"evidence {purpose}"));

    private static Cosigner ReadWitness(string folder, string name) => new(name, KeyFile.Read(Path.Combine(folder, WitnessFile)));

    private static OperatorKey ReadOperator(string folder) => OperatorKey.FromBytes(KeyFile.Read(Path.Combine(folder, OperatorFile)));
}
