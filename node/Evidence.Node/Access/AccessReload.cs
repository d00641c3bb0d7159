using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Access.Tokens;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Access;

/// <summary>Takes up tokens, certificate and client authorities when their files change, without a restart. What is no good changes nothing, and is an alert.</summary>
internal sealed partial class AccessReload : BackgroundService
{
    internal const string ExpiryAlert = "tls-certificate-expires";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Notice = TimeSpan.FromDays(30);
    private readonly Watched[] _watched;
    private readonly NodeTls _tls;
    private readonly AlertBook _alerts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public AccessReload(NodeOptions options, TokenBook tokens, NodeTls tls, AlertBook alerts, TimeProvider time, ILogger<AccessReload> logger)
    {
        (_tls, _alerts, _time, _logger) = (tls, alerts, time, logger);
        string[] files = options.Tls is { } own ? [own.CertificateFile, own.KeyFile, .. own.ClientCaFile is { } clients ? [clients] : Array.Empty<string>()] : [];
        _watched = [new Watched("tokens", [options.Access.TokensFile], tokens.Load), new Watched("tls", files, tls.Load)];
    }

    /// <summary>Cause of the alert while files are no good: tokens or tls.</summary>
    internal static string Alert(string what) => $"access-not-reloaded:{what}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var watched in _watched) await TryAsync(() => LookAsync(watched, stoppingToken));
            await TryAsync(() => WarnAsync(stoppingToken));
            await Task.Delay(Pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception e)
        {
            LogFailed(e); // such as an alert that could not be written: the next look tries again
        }
    }

    // Files that belong together are not replaced at once: what still changes from look to look is not read.
    private async Task LookAsync(Watched watched, CancellationToken ct)
    {
        var (stamp, before) = (watched.Stamp(), watched.Seen);
        watched.Seen = stamp;
        if (stamp == watched.Taken || stamp != before) return;
        if (ProblemOf(watched) is { } problem) await _alerts.OpenAsync(Alert(watched.Name), Severity.Error, "", $"What changed cannot be used, and what was in force before stays so: {problem}", [], ct);
        else await _alerts.CloseAsync(Alert(watched.Name), "files that can be used", "", ct);
        watched.Taken = stamp; // and not before: until the alert says so, nobody knows
    }

    private string? ProblemOf(Watched watched)
    {
        try
        {
            watched.Load();
            LogTaken(watched.Name);
            return null;
        }
        catch (Exception e) // whatever the files hold
        {
            LogRefused(watched.Name, e.Message);
            return e.Message;
        }
    }

    private async Task WarnAsync(CancellationToken ct)
    {
        if (_tls.Current?.Own.NotAfter is not { } end) return;
        if (_time.GetUtcNow() + Notice < end.ToUniversalTime()) await _alerts.CloseAsync(ExpiryAlert, "a certificate that is good for longer", "", ct);
        else if (_alerts.FindOpen(ExpiryAlert) is null) await _alerts.OpenAsync(ExpiryAlert, Severity.Warning, "", string.Create(CultureInfo.InvariantCulture, $"The node's TLS certificate is good until {end.ToUniversalTime():u} only: put a new one in its place, and give it to the peers."), [], ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The files of {What} changed and were taken up")]
    private partial void LogTaken(string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "The files of {What} changed and cannot be used: {Problem}")]
    private partial void LogRefused(string what, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Files of the door could not be looked at, or the alert on them not be written")]
    private partial void LogFailed(Exception e);

    /// <summary>Some files that belong together.</summary>
    private sealed class Watched(string name, string[] files, Action load)
    {
        internal string Name => name;

        /// <summary>How the files looked when they were last taken up or found no good; null before the first time: an alert of an earlier run may be open.</summary>
        internal string? Taken { get; set; }

        internal string? Seen { get; set; }

        internal void Load() => load();

        internal string Stamp() => string.Join('|', files.Select(static file => new FileInfo(file)).Select(static file =>
            file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks} {file.Length} {file.UnixFileMode}") : "none"));
    }
}
