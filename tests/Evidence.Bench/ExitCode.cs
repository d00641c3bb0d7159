namespace Evidence.Bench;

/// <summary>What the process answers to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Every goal was measured and is met.</summary>
    internal const int Met = 0;

    /// <summary>Every goal was measured; at least one is short.</summary>
    internal const int Short = 1;

    /// <summary>The command cannot be carried out as it was given.</summary>
    internal const int Usage = 2;

    /// <summary>At least one goal could not be measured.</summary>
    internal const int NotMeasured = 4;

    /// <summary>Stopped before the end.</summary>
    internal const int Interrupted = 130;
}
