namespace Evidence.Core.Packages;

/// <summary>Writes evidence packages. The same content gives the same bytes.</summary>
public static class EvidencePackageWriter
{
    /// <summary>Writes the package; streams the parts, never seeks, leaves <paramref name="zip"/> open.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or its bytes are not those that the seal names: nothing is given out as evidence that is not.</exception>
    /// <exception cref="FormatException">The seal is not a seal.</exception>
    public static void Write(Stream zip, PackageContent content) => throw new NotImplementedException();
}
