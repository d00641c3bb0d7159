using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Evidence.Tests.Grpc.Protocol;
using Evidence.Tests.Nodes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Observing;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Grpc;

public sealed class ObserverTests
{
    [Fact]
    public async Task Both_sides_see_how_calls_of_every_kind_end()
    {
        var (client, server) = (new Notes(), new Notes());
        await using var host = await ProbeServer.StartAsync(
            options => options.Interceptors.Add<Notes>(), services: services => services.Add(new(typeof(Notes), server)));
        host.Probe.OnOne = (ping, _) => ping.Number == 0 ? Task.FromResult(new Pong()) : throw new RpcException(new Status(StatusCode.NotFound, "no"));
        using var channel = GrpcChannel.ForAddress(host.Address);
        var probe = new ProbeService.ProbeServiceClient(channel.Intercept(client));
        probe.One(new Ping());
        await probe.OneAsync(new Ping());
        await Assert.ThrowsAsync<RpcException>(async () => await probe.OneAsync(new Ping { Number = 1 }));
        using (var call = probe.Collect())
        {
            await call.RequestStream.CompleteAsync();
            await call;
        }
        using (var call = probe.Expand(new Ping { Number = 2 }))
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync())
            {
            }
        }
        using (var call = probe.Chat())
        {
            await call.RequestStream.WriteAsync(new Ping());
            Assert.True(await call.ResponseStream.MoveNext(default));
        }
        string[] expected = ["One OK", "One OK", "One NotFound", "Collect OK", "Expand OK", "Chat Cancelled"];
        Assert.Equal(expected, client.Ended);
        await Eventually.TrueAsync(() => server.Ended.Count == expected.Length, "the server has noticed the end of the last call");
        Assert.Equal(expected, server.Ended);
        Assert.Equal(expected.Length, client.Started);
        Assert.Equal(expected.Length, server.Started);
    }

    [Fact]
    public async Task A_deadline_that_passes_is_told_as_such()
    {
        var server = new Notes();
        await using var host = await ProbeServer.StartAsync(
            options => options.Interceptors.Add<Notes>(), services: services => services.Add(new(typeof(Notes), server)));
        host.Probe.OnOne = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new Pong();
        };
        var soon = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300);
        await Assert.ThrowsAsync<RpcException>(async () => await host.Client.OneAsync(new Ping(), deadline: soon));
        await Eventually.TrueAsync(() => server.Ended.Contains("One DeadlineExceeded") || server.Ended.Contains("One Cancelled"), "the server has noticed the end of the call");
    }

    [Fact]
    public async Task Metrics_count_calls_by_method_and_status()
    {
        var seen = new ConcurrentQueue<(string Instrument, double Value, string Tags)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter.Name == CallMetrics.MeterName) l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        await using var host = await ProbeServer.StartAsync(options => options.Interceptors.Add<CallMetrics>());
        using var channel = GrpcChannel.ForAddress(host.Address);
        var probe = new ProbeService.ProbeServiceClient(channel.Intercept(new CallMetrics(TimeProvider.System)));
        using (var call = probe.Collect())
        {
            await call.RequestStream.CompleteAsync();
            await call;
        }
        const string Tags = "rpc.method=/evidence.tests.ProbeService/Collect";
        foreach (var side in (string[])["server", "client"])
        {
            await Eventually.TrueAsync(() => seen.Any(one => one.Instrument == $"rpc.{side}.call.duration" && one.Tags == $"{Tags} rpc.response.status_code=OK" && one.Value > 0), $"the {side} has measured");
            Assert.Equal(0, seen.Where(one => one.Instrument == $"rpc.{side}.active_calls" && one.Tags == Tags).Sum(one => one.Value));
            Assert.Contains(seen, one => one.Instrument == $"rpc.{side}.active_calls" && one.Value == 1);
        }

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
    }

    [Fact]
    public async Task The_log_has_a_line_for_a_call_and_no_secret_in_it()
    {
        await using var host = await ProbeServer.StartAsync(options => options.Interceptors.Add<CallLog>());
        host.Probe.OnOne = (_, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
        await Assert.ThrowsAsync<RpcException>(
            async () => await host.Client.OneAsync(new Ping { Text = "secret-1" }, new Metadata { { "authorization", "Bearer secret-2" } }));
        var lines = host.Log.Entries.Where(entry => entry.Category == typeof(CallLog).FullName).ToList();
        var (_, level, text, _) = Assert.Single(lines);
        Assert.Equal(LogLevel.Information, level);
        Assert.Contains("Server call /evidence.tests.ProbeService/One ipv4:127.0.0.1:", text, StringComparison.Ordinal);
        Assert.Contains("ended with PermissionDenied after", text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Entries, entry => entry.Category.StartsWith("Grpc", StringComparison.Ordinal) && entry.Text.Contains("secret", StringComparison.Ordinal));
    }

    private sealed class Notes() : CallObserver(TimeProvider.System)
    {
        private int _started;

        public ConcurrentQueue<string> Ended { get; } = new();

        public int Started => _started;

        protected internal override void OnStarted(CallSide side, string method) => Interlocked.Increment(ref _started);

        protected internal override void OnEnded(in ObservedCall call) => Ended.Enqueue($"{call.Method.Split('/')[2]} {call.Code}");
    }
}
