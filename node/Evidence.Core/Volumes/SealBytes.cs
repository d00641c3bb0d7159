using System.Diagnostics.CodeAnalysis;
using Evidence.Core.Seals;

namespace Evidence.Core.Volumes;

/// <summary>Reads seals that may be damaged.</summary>
internal static class SealBytes
{
    /// <summary>The seal, when the bytes are one in canonical form with a time that tar headers can hold.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Seal? seal, out string why)
    {
        (seal, why) = (null, "");
        try
        {
            seal = Seal.Parse(bytes);
            if (RecordLayout.MtimeOf(seal) is >= 0 and <= TarHeader.MaxSize) return true;
            (seal, why) = (null, "its time is not one that a tar header can hold.");
        }
        catch (FormatException e)
        {
            why = e.Message;
        }

        return false;
    }
}
