namespace Evidence.Bench.Goals;

/// <summary>A goal cannot be measured on this machine; the message says why and what would help.</summary>
internal sealed class NotMeasuredException(string message, Exception? inner = null) : Exception(message, inner);
