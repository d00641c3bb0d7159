namespace Evidence.Node.Archiving.Uploads;

/// <summary>Removes uploads that nobody goes on with.</summary>
internal sealed partial class UploadExpiry(UploadBook uploads, TimeProvider time, ILogger<UploadExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromTicks(Math.Min(uploads.Keep.Ticks / 4, LongestPause.Ticks));
        while (true)
        {
            await Task.Delay(pause, time, stoppingToken);
            try
            {
                await uploads.RemoveExpiredAsync();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Uploads that have expired could not be removed; it is tried again")]
    private partial void LogFailed(Exception e);
}
