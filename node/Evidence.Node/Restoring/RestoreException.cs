namespace Evidence.Node.Restoring;

/// <summary>A log cannot be restored as things are: no peer answers, or none proves. What an earlier run restored is as it was.</summary>
public sealed class RestoreException(string message) : Exception(message)
{
    /// <summary>Whether it is for want of an answer, so that trying again may help.</summary>
    public bool IsUnreachable { get; init; }
}
