using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Grpc;

/// <summary>Keeps what a server logs.</summary>
internal sealed class LogBook : ILoggerProvider
{
    public ConcurrentQueue<(string Category, LogLevel Level, string Text, Exception? Exception)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(LogBook book, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => book.Entries.Enqueue((category, logLevel, formatter(state, exception), exception));
    }
}
