using Evidence.Core.Seals;

namespace Evidence.Core.Packages;

/// <summary>The names that a package's members have, in their order.</summary>
internal static class PackageNames
{
    internal const string Readme = "README.txt", Manifest = "manifest.json", Seal = "seal.json", Proof = "log/inclusion.tlog-proof", LogKey = "log/key";
    internal const string Anchor = "anchor/anchor.json", Roots = "signature-roots.pem", Statement = "statement.json", Certificate = "certificate.html";
    internal const string PartsFolder = "parts/";

    /// <summary>Every name that a package of this seal has, in the order of the file. A package without an anchor or without roots lacks the member.</summary>
    internal static IEnumerable<string> InOrder(Seal seal, bool anchored, bool withRoots)
    {
        string[] before = [Readme, Manifest, Seal], log = [Proof, LogKey], after = [Statement, Certificate];
        return [.. before, .. seal.Parts.Select(static part => PartsFolder + part.Name), .. log, .. anchored ? [Anchor] : Array.Empty<string>(), .. withRoots ? [Roots] : Array.Empty<string>(), .. after];
    }

    /// <summary>Whether a member is content, which is never held in memory.</summary>
    internal static bool IsContent(string name) => name.StartsWith(PartsFolder + "c", StringComparison.Ordinal);
}
