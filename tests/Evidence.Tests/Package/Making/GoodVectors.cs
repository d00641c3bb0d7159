using Evidence.Core.Seals;

namespace Evidence.Tests.Package.Making;

/// <summary>Packages that are INTACT.</summary>
internal static class GoodVectors
{
    internal static IEnumerable<PackageVector> All()
    {
        yield return Good("unsigned", new VectorLog("none", VectorRecord.Unsigned(1)));
        yield return Good("signed_cms", new VectorLog("none", VectorRecord.Signed(2)) { Roots = VectorSigner.RootPem });
        yield return Good("signed_raw", new VectorLog("none", VectorRecord.Signed(1, SignatureTypes.RsaPkcs1Sha256)));
        var signed = new VectorLog("none", VectorRecord.Signed(1));
        yield return Good("signed_below_one_of_two_roots_of_one_name", signed) with { Trust = signed.Trust with { SignatureRootsPem = [VectorSigner.OtherRootPem().TrimEnd(), VectorSigner.RootPem.TrimEnd()] } };
        yield return Good("many_parts", new VectorLog("none", VectorRecord.OfManyParts(1)));
        yield return Good("several_records", new VectorLog("none", VectorRecord.Unsigned(1), VectorRecord.Signed(2), VectorRecord.OfManyParts(3)));
        yield return Good("more_records_than_a_page_lists", new VectorLog("none", [.. Enumerable.Range(1, 18).Select(VectorRecord.Unsigned)]));
        foreach (var consensus in new[] { "clique", "qbft", "ibft2" }) yield return Good(consensus, new VectorLog(consensus, VectorRecord.Unsigned(1)));
        yield return Good("signed_1_kib_qbft", new VectorLog("qbft", VectorRecord.Signed(1, content: [.. Enumerable.Range(0, 1024).Select(static i => (byte)i)])));
        var both = new VectorLog("qbft", VectorRecord.Signed(1), VectorRecord.Unsigned(2));
        yield return Good("qbft_and_witnesses", both) with { Trust = both.Trust with { Quorum = new(true, 2) } };
        var log = new VectorLog("none", VectorRecord.Unsigned(1), VectorRecord.Unsigned(2));
        yield return Good("paper_of_one_of_the_records", log) with { Paper = Paper(new VectorLog("none", VectorRecord.Unsigned(1)), log) };
    }

    private static PackageVector Good(string name, VectorLog log) => new($"good/{name}", log.Package(), log.Trust);

    /// <summary>The text for the record of <paramref name="one"/> under the anchor of <paramref name="other"/>.</summary>
    private static string Paper(VectorLog one, VectorLog other) => Core.Packages.Texts.CertificateText.OfRecord(VectorRecord.Unsigned(1).Id, Core.Digest.Of(VectorRecord.Unsigned(1).SealBytes), (other ?? one).Anchor).ToLowerInvariant();
}
