using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core;
using Evidence.Core.Seals;

namespace Evidence.Cli.Archiving;

/// <summary>Finds the signature that belongs to a file: as named, or by the names FILE.p7s, and FILE.sig with FILE.pem.</summary>
internal static class SignatureFiles
{
    private static readonly string[] Endings = [".p7s", ".sig", ".pem"];

    /// <summary>The files to archive; signature files that lie beside another named file go with it and are no records of their own.</summary>
    internal static IReadOnlyList<FileInfo> WithoutSidecars(IReadOnlyList<string> files)
    {
        var named = files.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return [.. files.Where(f => !IsSidecar(Path.GetFullPath(f), named)).Select(Existing)];
    }

    internal static DraftFile Beside(FileInfo content)
    {
        if (File.Exists(content.FullName + ".p7s")) return new DraftFile(content, new FileInfo(content.FullName + ".p7s"), null, SignatureTypes.Cms);
        if (!File.Exists(content.FullName + ".sig")) return new DraftFile(content, null, null, null);
        return Named(content, new FileInfo(content.FullName + ".sig"), Existing(content.FullName + ".pem"), null);
    }

    internal static DraftFile Named(FileInfo content, FileInfo signature, FileInfo? certificates, string? type)
    {
        if (!signature.Exists) throw CliException.Usage($"the signature file {signature} is not there");
        if (certificates is { Exists: false }) throw CliException.Usage($"the certificate file {certificates} is not there");
        type ??= certificates is null || signature.Extension == ".p7s" ? SignatureTypes.Cms : TypeOf(certificates);
        if (!SignatureTypes.All.Contains(type)) throw CliException.Usage($"'{type}' is not a kind of signature; known: {string.Join(", ", SignatureTypes.All)}");
        if (type != SignatureTypes.Cms && certificates is null) throw CliException.Usage($"a {type} signature needs the signer's certificate: add --certificates FILE");
        return new DraftFile(content, signature, certificates, type);
    }

    // RSA without --type is PKCS #1 v1.5, by far the more common of the two.
    private static string TypeOf(FileInfo certificates)
    {
        RegularFile.Check(certificates.FullName);
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(certificates.FullName));
            return certificate.GetECDsaPublicKey() is { } key ? Disposed(key, SignatureTypes.EcdsaSha256) : SignatureTypes.RsaPkcs1Sha256;
        }
        catch (CryptographicException)
        {
            throw CliException.Usage($"{certificates} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }
    }

    private static string Disposed(IDisposable key, string type)
    {
        key.Dispose();
        return type;
    }

    private static bool IsSidecar(string file, HashSet<string> named) =>
        Endings.Any(e => file.EndsWith(e, StringComparison.Ordinal) && named.Contains(file[..^e.Length]));

    private static FileInfo Existing(string file) =>
        new FileInfo(file) is { Exists: true } found ? found : throw CliException.Usage(Directory.Exists(file) ? $"{file} is a folder: name the files in it, or add -r for all of them" : $"the file {file} is not there");
}
