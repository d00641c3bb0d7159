using System.Text;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>The members of a package that was walked, and what the small ones say. What cannot be read is null, and a finding says so.</summary>
internal sealed class PackageFiles
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, ReadMember> _byName = new(StringComparer.Ordinal);
    private readonly FindingList _list;

    internal PackageFiles(IReadOnlyList<ReadMember> members, FindingList list)
    {
        _list = list;
        foreach (var member in members)
        {
            if (!_byName.TryAdd(member.Name, member)) list.Error(FindingCodes.PackageUnexpected, PackageWalk.Printable(member.Name), "The member is there twice.");
        }

        Manifest = Read(PackageNames.Manifest, PackageManifest.Parse);
        Seal = Read(PackageNames.Seal, Seals.Seal.Parse);
        Proof = Read(PackageNames.Proof, ReadProof);
        LogKey = Read(PackageNames.LogKey, ReadKey);
        Anchor = Read(PackageNames.Anchor, ReadAnchor);
        Statement = Read(PackageNames.Statement, PackageStatement.Parse);
    }

    private delegate T Parser<out T>(ReadOnlySpan<byte> bytes);

    internal PackageManifest? Manifest { get; }

    internal Seal? Seal { get; }

    internal TlogProof? Proof { get; }

    internal string? LogKey { get; }

    internal AnchorProof? Anchor { get; }

    internal PackageStatement? Statement { get; }

    internal byte[]? BytesOf(string name) => Find(name) is { IsWhole: true } member ? member.Bytes : null;

    /// <summary>The bytes of a part of the record that are held.</summary>
    internal ReadOnlyMemory<byte>? SmallPart(string part)
    {
        if (BytesOf(PackageNames.PartsFolder + part) is { } bytes) return bytes;
        return null;
    }

    internal ReadMember? Find(string name) => _byName.GetValueOrDefault(name);

    private T? Read<T>(string name, Parser<T> parse)
        where T : class
    {
        if (BytesOf(name) is not { } bytes) return null;
        try
        {
            return parse(bytes);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            _list.Warning(FindingCodes.PackageUnreadable, name, $"The member could not be read: {e.Message}");
            return null;
        }
    }

    private static TlogProof ReadProof(ReadOnlySpan<byte> bytes)
    {
        var text = StrictUtf8.GetString(bytes);
        var proof = TlogProof.Parse(text);
        return proof.Encode() == text && proof.Extra is null ? proof : throw new FormatException("The proof is not in the form that packages have.");
    }

    private static string ReadKey(ReadOnlySpan<byte> bytes)
    {
        var text = StrictUtf8.GetString(bytes);
        return text.EndsWith('\n') ? VerifierKey.Parse(text[..^1]).ToString() : throw new FormatException("The key does not end with a newline.");
    }

    private static AnchorProof ReadAnchor(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.Parse(bytes);
        return bytes.SequenceEqual(CanonicalJson.Serialize(json)) ? AnchorProofJson.Parse(json) : throw new FormatException("The anchor is not in canonical form (RFC 8785).");
    }
}
