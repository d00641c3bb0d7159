namespace Evidence.Cli.Archiving;

/// <summary>A file to be archived and what was found beside it.</summary>
/// <param name="Content">The file.</param>
/// <param name="Signature">Its signature, or null.</param>
/// <param name="Certificates">The signer's certificate chain as PEM, or null; a CMS signature carries its own.</param>
/// <param name="Type">The kind of signature; null with no signature.</param>
internal sealed record DraftFile(FileInfo Content, FileInfo? Signature, FileInfo? Certificates, string? Type);
