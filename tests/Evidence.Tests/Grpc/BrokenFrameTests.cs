namespace Evidence.Tests.Grpc;

/// <summary>Frames that HTTP/2 does not allow close the connection with the code that RFC 9113 names, and nothing else of the server.</summary>
public sealed class BrokenFrameTests
{
    private const string One = "/evidence.tests.ProbeService/One";
    private const int ProtocolError = 1, FlowControlError = 3, FrameSizeError = 6, CompressionError = 9;

    [Theory]
    [InlineData("000001 00 00 00000000 00", ProtocolError, "data on stream 0 (6.1)")]
    [InlineData("000000 01 05 00000002", ProtocolError, "a stream of the server's numbers (5.1.1)")]
    [InlineData("000001 01 05 00000001 ff", CompressionError, "a header that is no HPACK (4.3)")]
    [InlineData("ffffff 00 00 00000001", FrameSizeError, "a frame of 16 MB (4.2)")]
    [InlineData("000003 03 00 00000001 000000", FrameSizeError, "a reset of 3 bytes (6.4)")]
    [InlineData("000005 04 00 00000000 0000000000", FrameSizeError, "settings of 5 bytes (6.5)")]
    [InlineData("000004 08 00 00000000 00000000", ProtocolError, "a window that grows by nothing (6.9)")]
    [InlineData("000004 08 00 00000000 7fffffff", FlowControlError, "a window above 2^31-1 (6.9.1)")]
    [InlineData("000001 09 04 00000001 00", ProtocolError, "a continuation of nothing (6.10)")]
    [InlineData("000007 06 00 00000000 00000000000000", FrameSizeError, "a ping of 7 bytes (6.7)")]
    public async Task A_frame_that_is_not_allowed_closes_its_connection_alone(string frame, int code, string what)
    {
        await using var server = await ProbeServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.SendAsync(Convert.FromHexString(frame.Replace(" ", "")));
        Assert.True(await connection.ClosedByAsync() == code, what);
        Assert.Equal(7, (await server.Client.OneAsync(new Protocol.Ping { Number = 7 })).Number);
    }

    [Fact]
    public async Task A_frame_of_an_unknown_type_is_passed_over()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.SendAsync(0xbb, 0xff, 0, [1, 2, 3]);
        await connection.SendAsync(RawConnection.Ping, 0, 0, new byte[8]);
        Assert.Equal(RawConnection.Acknowledge, (await connection.ReadUntilAsync(RawConnection.Ping))!.Flags);
    }

    [Fact]
    public async Task A_header_without_end_closes_its_connection_before_it_has_grown()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.BeginAsync(One, flags: 0);
        var closed = connection.ClosedByAsync();
        var field = RawConnection.Field("x-more", new string('a', 4000));
        for (var i = 0; i < 1000 && !closed.IsCompleted; i++)
            await Record.ExceptionAsync(() => connection.SendAsync(RawConnection.Continuation, 0, 1, field));
        Assert.Equal(ProtocolError, await closed);
    }

    [Fact]
    public async Task A_call_with_a_header_above_the_limit_is_refused_and_the_next_one_is_not()
    {
        await using var server = await ProbeServer.StartAsync();
        var huge = new global::Grpc.Core.Metadata { { "x-huge", new string('a', 40_000) } };
        await Assert.ThrowsAsync<global::Grpc.Core.RpcException>(async () => await server.Client.OneAsync(new Protocol.Ping(), huge));
        Assert.Equal(7, (await server.Client.OneAsync(new Protocol.Ping { Number = 7 })).Number);
    }
}
