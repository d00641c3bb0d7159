using System.Text;

namespace Evidence.Storage.Sweeping;

/// <summary>Where the pieces of a member's path lie: <c>v0000000001/data/RECORD/MEMBER</c>.</summary>
internal static class RecordPath
{
    /// <summary>Where the record's number begins.</summary>
    internal const int RecordAt = 17;

    internal const int RecordLength = 36;

    /// <summary>Where the member's name begins.</summary>
    internal const int NameAt = RecordAt + RecordLength + 1;

    /// <summary>The longest path that a header holds.</summary>
    internal const int MaxLength = 100;

    /// <summary>What stands before the record's number.</summary>
    internal static byte[] Prefix(uint volume) => Encoding.ASCII.GetBytes($"{VolumeName.Of(volume)}/data/");
}
