using System.Text;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Trust;

namespace Evidence.Tests.Package.Making;

/// <summary>Packages in the form of the format, of records, signatures and logs that are not what they should be.</summary>
internal static class BadRecords
{
    private static readonly VectorLog Two = new("none", VectorRecord.Unsigned(1), VectorRecord.Unsigned(2));
    private static readonly VectorLog One = new("none", VectorRecord.Unsigned(1)), Signed = new("none", VectorRecord.Signed(1)), Raw = new("none", VectorRecord.Signed(1, SignatureTypes.RsaPkcs1Sha256));

    internal static IEnumerable<PackageVector> All() => [.. Content(), .. Seals(), .. Signatures(), .. Logs()];

    private static IEnumerable<PackageVector> Content()
    {
        yield return Bad("E101_content", One, members => Set(members, One.Of("parts/c0001"), "forged"u8));
        yield return Bad("E101_metadata", One, members => Set(members, One.Of("parts/m0001"), "{}"u8));
        yield return Bad("E102_no_content", One, members => members.RemoveAll(static member => member.Name == One.Of("parts/c0001")));
        yield return new("bad/E103_cut_in_the_content", One.Package()[..(One.Package().AsSpan().IndexOf("文件 document"u8) + 3)], One.Trust);
        yield return Bad("E104_a_part_more", One, members => members.Insert(members.FindIndex(static member => member.Name == One.Of("parts/m0001")), (One.Of("parts/c0002"), [1])));
    }

    private static IEnumerable<PackageVector> Seals()
    {
        yield return Bad("E202_no_seal", One, members => members.RemoveAll(static member => member.Name == One.Of("seal.json")));
        yield return Bad("E203_seal_with_a_space", One, members => Change(members, One.Of("seal.json"), static text => text.Replace("{\"format\"", "{ \"format\"", StringComparison.Ordinal)));
        yield return Bad("E204_seal_of_another_record", One, members => Set(members, One.Of("seal.json"), VectorRecord.Unsigned(2).SealBytes));
        yield return new("bad/E203_cut_in_the_seal", One.Package()[..(One.Package().AsSpan().IndexOf("evidence.seal/1"u8) + 3)], One.Trust);
    }

    private static IEnumerable<PackageVector> Signatures()
    {
        var other = "another content\n"u8.ToArray();
        yield return Whole("E301_cms_over_another_content", new VectorLog("none", VectorRecord.Signed(1, value: _ => VectorSigner.Cms(other))));
        yield return Whole("E301_raw_over_another_content", new VectorLog("none", VectorRecord.Signed(1, SignatureTypes.RsaPkcs1Sha256, _ => VectorSigner.Raw(other))));
        yield return Bad("E302_signature", Raw, members => Change(members, Raw.Of("parts/s0001"), static bytes => [.. bytes, 0]));
        yield return Bad("E302_certificates", Raw, members => Set(members, Raw.Of("parts/k0001"), "none"u8));
        yield return Whole("E303_signature_that_is_none", new VectorLog("none", VectorRecord.Signed(1, value: static _ => "no signature"u8.ToArray())));
        yield return Whole("E303_attribute_of_indefinite_length", new VectorLog("none", VectorRecord.Signed(1, value: VectorSigner.CmsWithIndefiniteLength)));
        yield return Whole("E303_bytes_behind_the_signature", new VectorLog("none", VectorRecord.Signed(1, value: static content => [.. VectorSigner.Cms(content), 0])));
        yield return Whole("E303_version_of_the_signature", new VectorLog("none", VectorRecord.Signed(1, value: VectorSigner.CmsOfVersion2)));
        yield return Whole("E303_certificate_with_a_longer_length", new VectorLog("none", VectorRecord.Signed(1, SignatureTypes.RsaPkcs1Sha256, chain: VectorSigner.ChainWithLongerLength)));
        yield return Whole("E303_key_usage_that_cannot_be_read", new VectorLog("none", VectorRecord.Signed(1, SignatureTypes.RsaPkcs1Sha256, chain: VectorSigner.ChainWithoutKeyUsage)));
        yield return Whole("E304_authorities_that_issued_each_other", new VectorLog("none", VectorRecord.Signed(1, SignatureTypes.RsaPkcs1Sha256, chain: VectorSigner.Circle())));
        yield return Whole("E304_name_constraints", new VectorLog("none", VectorRecord.Signed(1, SignatureTypes.RsaPkcs1Sha256, chain: VectorSigner.BelowNameConstraints())));
        yield return Whole("E304_sha3", new VectorLog("none", VectorRecord.Signed(1, value: VectorSigner.CmsNamingSha3)));
        var (own, both) = (new VectorLog("none", VectorRecord.Signed(1, value: VectorSigner.CmsByOwnRoot)), new VectorLog("none", VectorRecord.Signed(1, value: VectorSigner.CmsByOwnRootAndOverAnother)));
        yield return Whole("E304_signer_that_is_a_root_out_of_its_time", own) with { Trust = own.Trust with { SignatureRootsPem = [VectorSigner.OwnRootPem.TrimEnd()] } };
        yield return Whole("E301_second_signer_over_another_content", both) with { Trust = both.Trust with { SignatureRootsPem = [VectorSigner.OwnRootPem.TrimEnd()] } };
        yield return Whole("E304_root_that_is_not_trusted", Signed) with { Trust = Signed.Trust with { SignatureRootsPem = [] } };
    }

    private static IEnumerable<PackageVector> Logs()
    {
        yield return Bad("E401_another_leaf", One, members => Change(members, One.Of("inclusion.tlog-proof"), static text => text.Replace("index 1", "index 0", StringComparison.Ordinal)));
        yield return Bad("E401_a_hash_more", One, members => Change(members, One.Of("inclusion.tlog-proof"), static text => text.Replace("index 1\n", $"index 1\n{Convert.ToBase64String(new byte[32])}\n", StringComparison.Ordinal)));
        yield return Bad("E402_no_proof", One, members => members.RemoveAll(static member => member.Name == One.Of("inclusion.tlog-proof")));
        yield return Bad("E402_first_record_without_a_proof", Two, members => members.RemoveAll(static member => member.Name == Two.Of("inclusion.tlog-proof")));
        yield return Bad("E501_anchor_of_another_root", One, members => Anchored(members, "anchors/3.json", new VectorLog("none", VectorRecord.Unsigned(2)), "anchors/3.json"));
        yield return Bad("E502_anchor_that_does_not_cover_the_leaf", Two, members => Anchored(members, "anchors/5.json", One, "anchors/3.json"));
        var another = new LogSigner("another.example/log", VectorLog.Seed(110)).Key.ToString();
        yield return Whole("E404_log_that_is_not_trusted", One) with { Trust = One.Trust with { Logs = [new TrustedKey(another)] } };
        var renewed = new LogSigner("vectors.example/log", VectorLog.Seed(110)).Key.ToString();
        yield return Whole("E404_key_that_is_not_trusted", One) with { Trust = One.Trust with { Logs = [new TrustedKey(renewed)] } };
        yield return Whole("E405_signature_of_the_checkpoint", new VectorLog("none", VectorRecord.Unsigned(1)) { Cosigned = Broken(One.Cosigned, 0) });
        yield return Whole("E507_cosignature", new VectorLog("none", VectorRecord.Unsigned(1)) { Cosigned = Broken(One.Cosigned, 1) });
        yield return Whole("E506_fewer_witnesses_than_asked_for", new VectorLog("none", VectorRecord.Unsigned(1)) { Cosigned = One.Note });
    }

    /// <summary>With the anchor of another log of the same key.</summary>
    private static void Anchored(List<(string Name, byte[] Bytes)> members, string name, VectorLog other, string otherName) =>
        members[members.FindIndex(member => member.Name == name)] = PackageForge.Members(other.Package()).Find(member => member.Name == otherName);

    /// <summary>The note with one bit of one signature changed.</summary>
    private static SignedNote Broken(SignedNote note, int line) => new(note.Text, note.Signatures.Select((signature, i) =>
        i == line ? signature with { Value = [.. signature.Value.Select((b, at) => at == signature.Value.Length - 1 ? (byte)(b ^ 1) : b)] } : signature));

    private static PackageVector Whole(string name, VectorLog log) => new($"bad/{name}", log.Package(), log.Trust);

    private static PackageVector Bad(string name, VectorLog log, Action<List<(string Name, byte[] Bytes)>> edit) => new($"bad/{name}", BadContainers.Edited(log.Package(), edit), log.Trust);

    private static void Set(List<(string Name, byte[] Bytes)> members, string name, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        BadContainers.Replace(members, name, _ => copy);
    }

    private static void Change(List<(string Name, byte[] Bytes)> members, string name, Func<string, string> change) =>
        Change(members, name, bytes => Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes))));

    private static void Change(List<(string Name, byte[] Bytes)> members, string name, Func<byte[], byte[]> change) => BadContainers.Replace(members, name, change);
}
