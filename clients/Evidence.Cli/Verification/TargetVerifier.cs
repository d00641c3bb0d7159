using System.Security.Cryptography;
using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.V1;
using Google.Protobuf;

namespace Evidence.Cli.Verification;

/// <summary>Finds out what a target is and has it verified: a package here and offline, everything else by the node.</summary>
internal sealed class TargetVerifier(Session session, TrustPolicy? trust)
{
    internal Task<VerifiedTarget> VerifyAsync(string target, CancellationToken ct)
    {
        if (File.Exists(target)) return VerifyFileAsync(target, ct);
        if (RecordId.TryParse(target, out var id)) return VerifyRecordAsync(id, ct);
        throw CliException.Usage($"'{target}' is neither a file nor a record number");
    }

    internal async Task<VerifiedTarget> VerifyRecordAsync(RecordId id, CancellationToken ct)
    {
        if (trust is not null)
            throw CliException.Usage($"--trust judges packages, and {id} is a record: fetch its package with `evidence package {id}`, then verify that");
        var request = new VerifyRecordRequest { Record = id.ToString() };
        var verdict = await session.Client.ReadAsync(token => session.Client.Verification.VerifyRecordAsync(request, cancellationToken: token).ResponseAsync, ct);
        return new VerifiedTarget(id.ToString(), "record", null, [verdict.ToCore()], verdict.StatedBy);
    }

    private async Task<VerifiedTarget> VerifyFileAsync(string file, CancellationToken ct)
    {
        await using var stream = NamedFile.Open(file);
        if (PackageDetection.IsPackage(stream)) return VerifyPackage(file, stream);
        // Only the node could say something of it: who brings a trust.json does not ask for the node's word.
        if (trust is not null)
            throw CliException.Usage($"--trust judges packages, and {file} is no evidence package, or its beginning and end are gone: nothing was judged. Without --trust the node is asked for a record that holds this very file");
        var digest = new Digest(await SHA256.HashDataAsync(stream, ct));
        var request = new VerifyDigestRequest { Sha256 = ByteString.CopyFrom(digest.ToArray()) };
        var answer = await session.Client.ReadAsync(token => session.Client.Verification.VerifyDigestAsync(request, cancellationToken: token).ResponseAsync, ct);
        var statedBy = answer.Verdicts.Select(v => v.StatedBy).FirstOrDefault() ?? session.Client.Address;
        return new VerifiedTarget(file, "file", digest.ToString(), [.. answer.Verdicts.Select(v => v.ToCore())], statedBy);
    }

    private VerifiedTarget VerifyPackage(string file, FileStream stream)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        var report = EvidencePackageReader.Verify(stream, trust);
        return new VerifiedTarget(file, "package", sha256, report.Verdicts, null) { Package = report };
    }
}
