namespace Evidence.Node.Configuration;

/// <summary>A configuration that cannot be used. Its message lists every error that was found, one a line.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Makes the exception for the errors found in <paramref name="file"/>.</summary>
    public ConfigurationException(string file, IReadOnlyList<string> errors)
        : base($"{file}: {errors.Count} error{(errors.Count == 1 ? "" : "s")} in the configuration\n" + string.Join('\n', errors.Select(e => "  - " + e))) =>
        Errors = errors;

    /// <summary>What is wrong, where, and what to do: one sentence each.</summary>
    public IReadOnlyList<string> Errors { get; }
}
