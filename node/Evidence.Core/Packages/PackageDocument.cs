using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>What the texts for people in a package are made from. Writer and reader make them from the same, so that the reader sees any difference.</summary>
/// <param name="Seal">The seal.</param>
/// <param name="SealSha256">SHA-256 of its bytes.</param>
/// <param name="Metadata">The record's metadata, when it has any that can be read.</param>
/// <param name="LogKey">The log's verifier key.</param>
/// <param name="Proof">Leaf, inclusion proof and checkpoint.</param>
/// <param name="Anchor">The anchor's proof; null while not anchored.</param>
/// <param name="Statement">What the archive states.</param>
/// <param name="StatedBy">Who states it.</param>
internal sealed record PackageDocument(
    Seal Seal, Digest SealSha256, RecordMetadata? Metadata, string LogKey, TlogProof Proof, AnchorProof? Anchor, Verdict Statement, string StatedBy)
{
    internal const string MetadataPart = "m0001";

    internal static RecordMetadata? ReadMetadata(ReadOnlyMemory<byte>? part)
    {
        try
        {
            return part is { } bytes ? RecordMetadata.Parse(bytes.Span) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
