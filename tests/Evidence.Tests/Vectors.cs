namespace Evidence.Tests;

/// <summary>Published test data that lies beside the checkout. A clone that stands alone does not have it: such tests are skipped by name.</summary>
internal static class Vectors
{
    internal static string? Folder { get; } = Find();

    internal static string SkipReason => "the published vectors (../shared/vectors) are not beside this checkout";

    internal static string PathOf(params string[] parts) =>
        Path.Combine([Folder ?? throw new InvalidOperationException(SkipReason), .. parts]);

    private static string? Find()
    {
        var root = CheckoutRoot();
        var folder = Path.Combine(root, "..", "shared", "vectors");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }

    internal static string CheckoutRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Evidence.sln"))) at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("The tests do not run from inside a checkout.");
    }
}

/// <summary>A fact that needs the published vectors.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute() => Skip = Vectors.Folder is null ? Vectors.SkipReason : null!;
}

/// <summary>A theory that needs the published vectors.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VectorTheoryAttribute : TheoryAttribute
{
    public VectorTheoryAttribute() => Skip = Vectors.Folder is null ? Vectors.SkipReason : null!;
}
