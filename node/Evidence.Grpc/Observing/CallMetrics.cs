using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Grpc.Observing;

/// <summary>
/// Measures calls by the meter <see cref="MeterName"/>: <c>rpc.server.call.duration</c> and <c>rpc.client.call.duration</c> in seconds, by
/// <c>rpc.method</c> and <c>rpc.response.status_code</c>, and how many calls are under way, <c>rpc.server.active_calls</c> and <c>rpc.client.active_calls</c>.
/// </summary>
/// <param name="time">Measures.</param>
public sealed class CallMetrics(TimeProvider time) : CallObserver(time)
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Evidence.Grpc";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Instruments Server = new("server"), Client = new("client");

    /// <inheritdoc/>
    protected internal override void OnStarted(CallSide side, string method) => Of(side).Active.Add(1, MethodTag(method));

    /// <inheritdoc/>
    protected internal override void OnEnded(in ObservedCall call)
    {
        var instruments = Of(call.Side);
        instruments.Active.Add(-1, MethodTag(call.Method));
        if (instruments.Duration.Enabled)
            instruments.Duration.Record(call.Took.TotalSeconds, new TagList { MethodTag(call.Method), new("rpc.response.status_code", call.Code.ToString()) });
    }

    private static KeyValuePair<string, object?> MethodTag(string method) => new("rpc.method", method);

    private static Instruments Of(CallSide side) => side == CallSide.Server ? Server : Client;

    private sealed class Instruments(string side)
    {
        public UpDownCounter<long> Active { get; } = Meter.CreateUpDownCounter<long>($"rpc.{side}.active_calls", "{call}", "Calls under way.");

        public Histogram<double> Duration { get; } = Meter.CreateHistogram<double>($"rpc.{side}.call.duration", "s", "From the start of a call to its end.");
    }
}
