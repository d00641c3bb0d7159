namespace Evidence.Verifier;

/// <summary>The answer cannot be written: nobody has read it, and it must not end like a verdict.</summary>
internal sealed class OutputException(Exception inner) : Exception($"the answer cannot be written: {inner.Message}", inner);
