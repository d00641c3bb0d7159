using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace Evidence.Node.Hosting;

/// <summary>Where log messages go: to standard error for people, and as JSON, one event a line, into the data folder.</summary>
internal static class NodeLogging
{
    private const long FileBytes = 32 << 20;

    internal static Logger Create(string dataFolder) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .Enrich.FromLogContext()
        .WriteTo.Console(
            formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose,
            outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}")
        .WriteTo.File(
            new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture), Path.Combine(dataFolder, "node.log"),
            fileSizeLimitBytes: FileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: 10)
        .CreateLogger();
}
