using Evidence.Core.Verification;

namespace Evidence.Verifier;

/// <summary>What the process answers to the shell; the same codes as `evidence verify`.</summary>
internal static class ExitCode
{
    internal const int Intact = 0, Altered = 1, Usage = 2, Undetermined = 4;

    internal static int Of(Outcome whole) => whole switch
    {
        Outcome.Intact => Intact,
        Outcome.Altered => Altered,
        _ => Undetermined,
    };
}
