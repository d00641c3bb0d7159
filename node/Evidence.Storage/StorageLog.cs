using Microsoft.Extensions.Logging;

namespace Evidence.Storage;

/// <summary>Log messages of storage.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Origin}: {Code} {Subject}: {Message}")]
    internal static partial void OpenFinding(ILogger logger, string origin, string code, string subject, string message);

    [LoggerMessage(2, LogLevel.Information, "{Origin}: volume {Volume} was cut back from {Length} to {Kept} bytes: what followed made no whole records in order, and is in quarantine")]
    internal static partial void TornTail(ILogger logger, string origin, uint volume, long length, long kept);

    [LoggerMessage(3, LogLevel.Information, "{Origin}: took in {Records} records of volume {Volume} that the index did not have")]
    internal static partial void TakenIn(ILogger logger, string origin, uint volume, int records);

    [LoggerMessage(4, LogLevel.Information, "{Origin}: open with {Size} leaves in {Volumes} volumes")]
    internal static partial void Opened(ILogger logger, string origin, ulong size, int volumes);

    [LoggerMessage(5, LogLevel.Error, "{Origin}: nothing can be appended until the log is opened again: {Reason}")]
    internal static partial void Failed(ILogger logger, string origin, string reason);

    [LoggerMessage(6, LogLevel.Warning, "{Origin}: volume {Volume} cannot be closed while a record in it is damaged; it stays open")]
    internal static partial void NotClosed(ILogger logger, string origin, uint volume);

    [LoggerMessage(7, LogLevel.Information, "{Origin}: volume {Volume} is closed with {Length} bytes")]
    internal static partial void Closed(ILogger logger, string origin, uint volume, long length);

    [LoggerMessage(8, LogLevel.Information, "{Origin}: {What} was repaired; what was there is in quarantine")]
    internal static partial void Repaired(ILogger logger, string origin, string what);

    [LoggerMessage(9, LogLevel.Warning, "{Origin}: volume {Volume} could not be closed yet: {Reason}")]
    internal static partial void ClosedLater(ILogger logger, string origin, uint volume, string reason);
}
