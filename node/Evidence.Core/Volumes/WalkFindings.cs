using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Core.Volumes;

/// <summary>What a walk can find wrong, in words.</summary>
internal static class WalkFindings
{
    internal static Finding Range(string code, uint volume, long offset, long length, string message) =>
        new(code, Severity.Error, Layer.Storage, string.Create(CultureInfo.InvariantCulture, $"{VolumeName.FileOf(volume)} bytes {offset} to {offset + length}"), message);

    internal static Finding Header(string member, bool unreadable) => unreadable
        ? new(FindingCodes.VolumeUnreadable, Severity.Error, Layer.Storage, member, "The header of the member could not be read.")
        : new(FindingCodes.VolumeChanged, Severity.Error, Layer.Storage, member, "The header of the member is not the one that its seal gives.");

    internal static Finding Padding(string member, bool unreadable) => unreadable
        ? new(FindingCodes.VolumeUnreadable, Severity.Error, Layer.Storage, member, "The padding behind the member could not be read.")
        : new(FindingCodes.VolumeChanged, Severity.Error, Layer.Storage, member, "The padding behind the member is not zero.");

    internal static Finding Part(string member, Digest expected, Digest actual, bool unreadable) => unreadable
        ? new(FindingCodes.PartUnreadable, Severity.Error, Layer.Content, member, "The part could not be read from the medium.")
        : new(FindingCodes.PartChanged, Severity.Error, Layer.Content, member, "The part's bytes are not those that were sealed.", expected.ToString(), actual.ToString());

    internal static Finding SealUnreadable(string member, string why, bool unreadable) =>
        new(FindingCodes.SealUnreadable, Severity.Error, Layer.Seal, member, unreadable ? "The seal could not be read from the medium." : $"The stored bytes are not a seal: {why}");

    internal static Finding SealOfAnother(string member, RecordId record) =>
        new(FindingCodes.SealUnexpected, Severity.Error, Layer.Seal, member, "The seal is that of another record than the folder that it lies in.", null, record.ToString());

    internal static Finding SealNotLeaf(string member, ulong leaf, Digest expected, Digest actual) =>
        new(FindingCodes.SealChanged, Severity.Error, Layer.Seal, member, string.Create(CultureInfo.InvariantCulture, $"The seal is not leaf {leaf} of the log."), expected.ToString(), actual.ToString());

    internal static Finding Tag(string member, bool unreadable) => unreadable
        ? new(FindingCodes.VolumeUnreadable, Severity.Error, Layer.Storage, member, "A file that closes the volume could not be read.")
        : new(FindingCodes.VolumeChanged, Severity.Error, Layer.Storage, member, "A file that closes the volume is not the one that the volume's records give.");
}
