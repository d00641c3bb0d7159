using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Monitoring.Media;

/// <summary>
/// Looks whether the kernel counts new errors of the medium: all of them are one alert, which closes when a day has passed without another and the file system has none that stands. A look that
/// was not possible neither opens nor closes anything, and is said in the log.
/// </summary>
internal sealed partial class MediumWatch(KernelCounters kernel, NodeLogs logs, AlertBook alerts, TimeProvider time, ILogger<MediumWatch> logger) : BackgroundService
{
    internal const string Alert = "medium-failing";
    internal static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan Quiet = TimeSpan.FromDays(1);

    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Finding> _grown = new(StringComparer.Ordinal);
    private DateTimeOffset _since = time.GetUtcNow(); // the last error that is known of, or the start
    private bool _isUntold; // an alert that could not be written, which is likely where the medium fails, is due at the next look
    private string? _unseen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryLookAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task LookAsync(CancellationToken ct)
    {
        var look = kernel.Look();
        if (look.Unseen is { } why && why != _unseen) LogUnseen(why);
        _unseen = look.Unseen;
        if (look.Unseen is not null) return;
        _isUntold |= look.Counters.Select(Take).ToList().Exists(static grew => grew);
        if (_isUntold) await TellAsync(ct);
        else if (time.GetUtcNow() - _since >= Quiet && !look.Counters.Any(static counter => counter is { IsLasting: true, Value: > 0 })) await CloseAsync(ct);
    }

    private async Task TryLookAsync(CancellationToken ct)
    {
        try
        {
            await LookAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    /// <summary>Notes a counter, and says whether it has grown. What a counter that does not last had at the start is not known to be new.</summary>
    private bool Take(MediumCounter counter)
    {
        var before = _last.TryGetValue(counter.Name, out var last) ? last : counter.IsLasting ? 0 : counter.Value;
        _last[counter.Name] = counter.Value;
        if (counter.Value <= before) return false;
        _grown[counter.Name] = new Finding(FindingCodes.VolumeUnreadable, Severity.Error, Layer.Storage, counter.Name, "The kernel counts more errors of the medium than before.", Text(before), Text(counter.Value));
        return true;
    }

    private async Task TellAsync(CancellationToken ct)
    {
        _since = time.GetUtcNow();
        var message = $"The kernel reports errors of the medium under {logs.Own.Folder}: {string.Join("; ", _grown.Values.Select(static f => $"{f.Subject} {f.Actual}"))}. See the kernel's messages (dmesg), run a sweep, and replace the disk before it fails.";
        await alerts.StateAsync(new AlertStatement(Alert, Severity.Error, logs.Own.Origin, message, [.. _grown.Values]) { IsNews = true }, ct);
        _isUntold = false;
    }

    private async Task CloseAsync(CancellationToken ct)
    {
        _grown.Clear();
        await alerts.CloseAsync(Alert, "a day of looks at the kernel's counters", "", ct);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether the medium fails cannot be seen: {Why}")]
    private partial void LogUnseen(string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "What the kernel reports of the medium could not be seen or said; it is tried again")]
    private partial void LogFailed(Exception e);
}
