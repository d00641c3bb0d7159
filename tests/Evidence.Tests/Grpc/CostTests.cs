using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Evidence.Bench.Wire;
using Grpc.Core;

namespace Evidence.Tests.Grpc;

/// <summary>What malformed requests and slow readers cost a server: its memory stays what it was.</summary>
public sealed class CostTests(WireServer server) : IClassFixture<WireServer>
{
    private const long FewBytes = 96 << 20;
    private const int Times = 200;

    public static TheoryData<string, StatusCode> Malformed => new()
    {
        { "00ffffffff", StatusCode.ResourceExhausted }, // four gigabytes announced
        { "01ffffffff", StatusCode.ResourceExhausted }, // the same, compressed
        { "0000100000" + new string('0', 4000), StatusCode.Internal }, // a message cut short
        { "0000000003ffffff", StatusCode.Internal }, // no protobuf
        { "0000000006" + "0affffffff0f", StatusCode.Internal }, // a field of 4 GB within a message of 6 bytes
        { "02" + "00000000", StatusCode.Internal }, // an unknown flag
        { "bomb", StatusCode.ResourceExhausted }, // little that becomes much
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_request_is_answered_and_costs_nothing(string body, StatusCode code)
    {
        var bytes = body == "bomb" ? Bomb(1 << 28) : Convert.FromHexString(body);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var before = server.Memory;
        for (var i = 0; i < (body == "bomb" ? 10 : Times); i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, server.Address.TrimEnd('/') + WireServer.Echo) { Content = new ByteArrayContent(bytes), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            if (body == "bomb") request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
            using var response = await http.SendAsync(request);
            var fields = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
            Assert.Equal(((int)code).ToString(), fields.GetValues("grpc-status").Single());
        }
        Assert.InRange(server.Memory - before, long.MinValue, FewBytes);
        await server.CallAsync(10);
    }

    [Fact]
    public async Task A_client_that_does_not_read_makes_the_server_wait_and_not_keep()
    {
        const int Chunks = 30_000; // 2 GB
        var before = server.Memory;
        await using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.SendAsync(RawConnection.WindowUpdate, 0, 0, [0x7f, 0, 0, 0]); // the whole connection may be filled; the window of the one call stays as it is
        await connection.BeginAsync(WireServer.Give);
        await connection.SendAsync(RawConnection.Data, RawConnection.EndStream, 1, WireBytes.Message(Chunks));
        Assert.NotNull(await connection.ReadUntilAsync(RawConnection.Data));
        await server.CallAsync(2000);
        Assert.InRange(server.Memory - before, long.MinValue, FewBytes);
        // It goes on where it was when there is room.
        await connection.SendAsync(RawConnection.WindowUpdate, 0, 1, [0, 2, 0, 0]);
        for (var read = 0; read < 128 << 10;) read += (await connection.ReadUntilAsync(RawConnection.Data))!.Payload.Length;
    }

    [Fact]
    public async Task Clients_with_endless_windows_that_do_not_read_make_the_server_wait_and_not_keep()
    {
        var before = server.Memory;
        var open = new List<RawConnection>();
        for (var i = 0; i < 20; i++)
        {
            var connection = await RawConnection.OpenAsync(server.Address);
            open.Add(connection);
            await connection.SendAsync(RawConnection.Settings, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]); // INITIAL_WINDOW_SIZE
            await connection.SendAsync(RawConnection.WindowUpdate, 0, 0, [0x7f, 0, 0, 0]);
            await connection.BeginAsync(WireServer.Give);
            await connection.SendAsync(RawConnection.Data, RawConnection.EndStream, 1, WireBytes.Message(30_000));
        }
        await server.CallAsync(2000);
        Assert.InRange(server.Memory - before, long.MinValue, FewBytes);
        foreach (var connection in open) await connection.DisposeAsync();
    }

    private static byte[] Bomb(long size)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (long i = 0; i < size; i += zeros.Length) gzip.Write(zeros);
        }
        var length = (int)bytes.Length;
        return [1, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. bytes.ToArray()];
    }
}
