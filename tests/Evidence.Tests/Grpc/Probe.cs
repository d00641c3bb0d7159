using Evidence.Tests.Grpc.Protocol;
using Grpc.Core;

namespace Evidence.Tests.Grpc;

/// <summary>A service that does what each test tells it to.</summary>
public sealed class Probe : ProbeService.ProbeServiceBase
{
    public UnaryServerMethod<Ping, Pong> OnOne { get; set; } = (ping, _) => Task.FromResult(Answer(ping));

    public ClientStreamingServerMethod<Ping, Pong> OnCollect { get; set; } = async (pings, context) =>
    {
        var sum = new Pong();
        await foreach (var ping in pings.ReadAllAsync(context.CancellationToken))
        {
            sum.Number += ping.Number + ping.Body.Length;
            sum.Text += ping.Text;
        }
        return sum;
    };

    public ServerStreamingServerMethod<Ping, Pong> OnExpand { get; set; } = async (ping, pongs, _) =>
    {
        for (var i = 0; i < ping.Number; i++)
            await pongs.WriteAsync(new Pong { Number = i, Text = ping.Text, Body = ping.Body });
    };

    public DuplexStreamingServerMethod<Ping, Pong> OnChat { get; set; } = async (pings, pongs, context) =>
    {
        await foreach (var ping in pings.ReadAllAsync(context.CancellationToken))
            await pongs.WriteAsync(Answer(ping));
    };

    public override Task<Pong> One(Ping request, ServerCallContext context) => OnOne(request, context);

    public override Task<Pong> Collect(IAsyncStreamReader<Ping> requestStream, ServerCallContext context) => OnCollect(requestStream, context);

    public override Task Expand(Ping request, IServerStreamWriter<Pong> responseStream, ServerCallContext context)
        => OnExpand(request, responseStream, context);

    public override Task Chat(IAsyncStreamReader<Ping> requestStream, IServerStreamWriter<Pong> responseStream, ServerCallContext context)
        => OnChat(requestStream, responseStream, context);

    private static Pong Answer(Ping ping) => new() { Text = ping.Text, Body = ping.Body, Number = ping.Number };
}
