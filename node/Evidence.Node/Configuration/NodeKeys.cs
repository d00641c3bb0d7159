using Evidence.Core.Notes;
using Evidence.Ledger;

namespace Evidence.Node.Configuration;

/// <summary>The secrets of this node. Nothing of them is ever logged.</summary>
/// <param name="Log">Signs the checkpoints of the node's own log.</param>
/// <param name="Witness">Cosigns checkpoints of the logs that the node mirrors.</param>
/// <param name="Operator">Signs the node's transactions on the ledger.</param>
internal sealed record NodeKeys(LogSigner Log, Cosigner Witness, OperatorKey Operator)
{
    private const string LogFile = "log.key";
    private const string WitnessFile = "witness.key";
    private const string OperatorFile = "operator.key";

    /// <summary>Makes those of the three key files that are missing.</summary>
    internal static void CreateMissing(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in (string[])[LogFile, WitnessFile, OperatorFile]) KeyFile.CreateIfMissing(Path.Combine(folder, file));
    }

    /// <summary>Reads the three key files.</summary>
    /// <exception cref="KeyFileException">One of them cannot be used.</exception>
    internal static NodeKeys Load(string folder, string origin, string witnessName) => new(
        new LogSigner(origin, KeyFile.Read(Path.Combine(folder, LogFile))),
        new Cosigner(witnessName, KeyFile.Read(Path.Combine(folder, WitnessFile))),
        OperatorKey.FromBytes(KeyFile.Read(Path.Combine(folder, OperatorFile))));
}
