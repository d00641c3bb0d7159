using System.Globalization;
using Evidence.Core;
using Evidence.Core.Verification;

namespace Evidence.Storage.Proofs;

/// <summary>Holds a proof file to its chain and to what is known of its end.</summary>
internal static class ProofCheck
{
    internal static IReadOnlyList<Finding> Run(string path, long count, Digest head)
    {
        try
        {
            if (File.Exists(path)) return Lines(path, count, head).ToArray();
            return count == 0 ? [] : [Finding(FindingCodes.ProofFileMissing, path, "The proof file is missing.")];
        }
        catch (IOException e)
        {
            return [Finding(FindingCodes.ProofFileUnreadable, path, $"The proof file could not be read: {e.Message}")];
        }
    }

    /// <summary>What is to be said of a file that does not go as far as its end is known to have been.</summary>
    internal static Finding EndLost(string path, long count, ProofEnd end) =>
        !end.IsKnown ? Finding(FindingCodes.ProofFileUnreadable, path + ProofEnd.Suffix, "What says how far the file goes is missing or damaged, so nobody knows whether its last lines are there.")
        : count < end.Expected ? Finding(FindingCodes.ProofFileMissing, path, string.Create(CultureInfo.InvariantCulture, $"The file ends after {count} of {end.Expected} lines."))
        : Finding(FindingCodes.ProofFileChanged, path, string.Create(CultureInfo.InvariantCulture, $"Of {end.Expected} lines the last is not the one that was written."));

    private static IEnumerable<Finding> Lines(string path, long count, Digest head)
    {
        var chain = new ProofChain();
        foreach (var (_, line, terminated) in ProofReader.Lines(path, 0, long.MaxValue))
        {
            var sound = chain.Next(line) && terminated;
            if (chain.Count > count) yield return Finding(FindingCodes.ProofFileUnexpected, Line(path, chain.Count), "Nobody appended this line.");
            else if (!sound) yield return Finding(FindingCodes.ProofFileChanged, Line(path, chain.Count), "The line does not fit the hash chain of the file.");
        }

        if (chain.Count < count)
            yield return Finding(FindingCodes.ProofFileMissing, path, string.Create(CultureInfo.InvariantCulture, $"The file ends after {chain.Count} of {count} lines."));
        else if (chain.Count == count && chain.LastIsSound && chain.Head != head)
            yield return Finding(FindingCodes.ProofFileChanged, Line(path, count), "The file's last hash is not the one that was written.");
    }

    private static string Line(string path, long number) => string.Create(CultureInfo.InvariantCulture, $"{path} line {number}");

    private static Finding Finding(string code, string subject, string message) => new(code, Severity.Error, Layer.Storage, subject, message);
}
