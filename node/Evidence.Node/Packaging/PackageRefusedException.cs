namespace Evidence.Node.Packaging;

/// <summary>Why there is no package, with nothing wrong in the archive.</summary>
internal enum PackageRefusal
{
    /// <summary>What was asked for does not go together.</summary>
    BadOrder,

    /// <summary>There is no such anchor, or no such record.</summary>
    NotThere,

    /// <summary>It cannot be made at present.</summary>
    NotNow,
}

/// <summary>A package that is not made as it was asked for. What is found damaged is an <see cref="InvalidDataException"/> instead.</summary>
internal sealed class PackageRefusedException(PackageRefusal refusal, string message) : Exception(message)
{
    internal PackageRefusal Refusal { get; } = refusal;
}
