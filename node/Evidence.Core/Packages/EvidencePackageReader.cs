using Evidence.Core.Trust;

namespace Evidence.Core.Packages;

/// <summary>Checks evidence packages offline, with the same memory for any number of records and any size of content.</summary>
public static class EvidencePackageReader
{
    /// <summary>
    /// Reads the package from front to back and judges it; never throws for bad content, only when the stream itself fails. Content is not held in memory: where a
    /// signature needs another digest than SHA-256, it is read a second time if the stream can seek.
    /// </summary>
    /// <param name="zip">The file, at its start.</param>
    /// <param name="trust">What the verifying person trusts; without it the ledger layer is undetermined.</param>
    /// <param name="question">What else is asked; null for the verdict on all records, within the usual limits.</param>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static PackageReport Verify(Stream zip, TrustPolicy? trust, PackageQuestion? question = null)
    {
        using var reader = new PackageVerification(zip, trust, question ?? new PackageQuestion());
        return reader.Run();
    }
}
