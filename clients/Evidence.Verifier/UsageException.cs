namespace Evidence.Verifier;

/// <summary>The command cannot be carried out as it was given.</summary>
internal sealed class UsageException(string message) : Exception(message);
