using Evidence.Core.Trust;

namespace Evidence.Core.Packages;

/// <summary>Checks evidence packages offline.</summary>
public static class EvidencePackageReader
{
    /// <summary>Reads the package once from front to back and judges it; never throws for bad content, only when the stream itself fails.</summary>
    /// <param name="zip">The file, at its start.</param>
    /// <param name="trust">What the verifying person trusts; without it the ledger layer is undetermined.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static PackageReport Verify(Stream zip, TrustPolicy? trust, PackageLimits? limits = null) => throw new NotImplementedException();
}
