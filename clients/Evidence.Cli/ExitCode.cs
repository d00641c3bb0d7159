using Evidence.Core.Verification;

namespace Evidence.Cli;

/// <summary>What the process answers to the shell. The same for every command.</summary>
internal static class ExitCode
{
    /// <summary>Done; for a verdict: INTACT.</summary>
    internal const int Intact = 0;

    /// <summary>A verdict of ALTERED, or a record that the node refused because its signature does not fit.</summary>
    internal const int Altered = 1;

    /// <summary>The command cannot be carried out as it was given.</summary>
    internal const int Usage = 2;

    /// <summary>The node or the ledger did not answer.</summary>
    internal const int Unreachable = 3;

    /// <summary>A verdict of UNDETERMINED, or nothing is known of the file that was asked about.</summary>
    internal const int Undetermined = 4;

    /// <summary>What a verdict comes to.</summary>
    internal static int Of(Outcome outcome) => outcome switch { Outcome.Intact => Intact, Outcome.Altered => Altered, _ => Undetermined };

    /// <summary>Of several answers the one that matters most: altered, unreachable, undetermined, intact.</summary>
    internal static int Worst(IEnumerable<int> codes) => codes.OrderBy(Rank).FirstOrDefault(Intact);

    private static int Rank(int code) => code switch { Altered => 0, Usage => 1, Unreachable => 2, Undetermined => 3, _ => 4 };
}
