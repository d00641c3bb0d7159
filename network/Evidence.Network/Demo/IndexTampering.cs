using Evidence.Core;

namespace Evidence.Network.Demo;

internal static class IndexTampering
{
    internal static void PointElsewhere(string logFolder, RecordId record, RecordId other) => throw new NotImplementedException($"{logFolder}{record}{other}");
}
