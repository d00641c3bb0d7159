using System.Text;
using Evidence.Core;
using Evidence.Core.Seals;

namespace Evidence.Tests.Seals;

public sealed class SealScanTests
{
    private static readonly Seal Sample = new(
        RecordId.Parse("0198c1d2-7a3b-7c4d-8e5f-001122334455"),
        new DateTimeOffset(2026, 11, 22, 8, 33, 3, 123, TimeSpan.Zero),
        "office a",
        [
            new SealPart("c0001", PartRole.Content, 1024, Digest.Of([1])),
            new SealPart("c0002", PartRole.Content, 0, Digest.Of([2])),
            new SealPart("s0001", PartRole.Signature, 71, Digest.Of([3]), "c0001", SignatureTypes.EcdsaSha256),
            new SealPart("k0001", PartRole.Certificates, 900, Digest.Of([4]), "s0001"),
            new SealPart("t0001", PartRole.Timestamp, 20, Digest.Of([5]), "s0001"),
            new SealPart("m0001", PartRole.Metadata, 300, Digest.Of([6])),
        ]);

    [Fact]
    public void Reads_what_the_reader_reads()
    {
        Assert.True(TryScan(Sample.Encode(), out var seal, out var parts));
        Assert.Equal((Sample.Record, Sample.Received.ToUnixTimeSeconds(), 6), (seal.Record, seal.ReceivedSeconds, seal.Parts));
        Assert.Equal(Taken(Sample), parts);
    }

    [Fact]
    public void Lets_nothing_through_that_the_reader_refuses()
    {
        var bytes = Sample.Encode();
        var through = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var replacement in "0129abcfAFmskt\"\\{}[],:.Z \u007f"u8)
            {
                through += AssertNotLaxer([.. bytes[..at], replacement, .. bytes[(at + 1)..]]);
                AssertNotLaxer([.. bytes[..at], replacement, .. bytes[at..]]);
            }
            AssertNotLaxer([.. bytes[..at], .. bytes[(at + 1)..]]);
            AssertNotLaxer(bytes[..at]);
        }
        Assert.True(through > 1000, $"only {through} of the altered seals were let through by both: the test proves little");
    }

    [Theory]
    [InlineData("c0002", "c0001")] // twice the same name
    [InlineData("s0001\",\"role", "c0002\",\"role")] // certificates of a content
    [InlineData("\"name\":\"m0001\"", "\"name\":\"m0002\"")]
    [InlineData("2026-11-22", "2026-02-29")]
    [InlineData("2026-11-22", "1969-12-31")]
    [InlineData("ecdsa-sha256", "ecdsa-sha512")]
    [InlineData("\"size\":1024", "\"size\":01024")]
    [InlineData("\"size\":1024", "\"size\":-1")]
    [InlineData("\"size\":1024", "\"size\":9007199254740992")]
    public void Refuses_what_breaks_a_rule(string text, string with)
    {
        var altered = Encoding.UTF8.GetString(Sample.Encode()).Replace(text, with, StringComparison.Ordinal);
        Assert.False(TryScan(Encoding.UTF8.GetBytes(altered), out _, out _));
    }

    [Fact]
    public void Leaves_a_submitter_in_other_letters_to_the_reader()
    {
        var seal = Sample with { Submitter = "档案室" };
        Assert.False(TryScan(seal.Encode(), out _, out _));
        var parts = new ScannedPart[SealScan.MostParts];
        Assert.True(SealScan.TryTake(Seal.Parse(seal.Encode()), parts, out var scanned));
        Assert.Equal((seal.Record, 6), (scanned.Record, scanned.Parts));
        Assert.Equal(Taken(Sample), parts[..6]);
    }

    private static int AssertNotLaxer(byte[] bytes)
    {
        if (!TryScan(bytes, out var scanned, out var parts)) return 0;
        var seal = Seal.Parse(bytes); // throws where the scan was laxer
        Assert.Equal((seal.Record, seal.Received.ToUnixTimeSeconds()), (scanned.Record, scanned.ReceivedSeconds));
        Assert.Equal(Taken(seal), parts);
        return 1;
    }

    private static ScannedPart[] Taken(Seal seal)
    {
        var parts = new ScannedPart[SealScan.MostParts];
        Assert.True(SealScan.TryTake(seal, parts, out _));
        return parts[..seal.Parts.Count];
    }

    private static bool TryScan(byte[] bytes, out ScannedSeal seal, out ScannedPart[] parts)
    {
        var read = new ScannedPart[SealScan.MostParts];
        var known = SealScan.TryRead(bytes, read, out seal);
        parts = read[..seal.Parts];
        return known;
    }
}
