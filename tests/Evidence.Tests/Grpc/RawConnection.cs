using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evidence.Tests.Grpc;

/// <summary>A frame of HTTP/2.</summary>
internal sealed record RawFrame(byte Type, byte Flags, uint Stream, byte[] Payload);

/// <summary>A connection over which a test sends whatever it likes, frame by frame.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    public const byte Data = 0, HeadersFrame = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, EndHeaders = 4, Acknowledge = 1;

    private const int HeaderSize = 9;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private RawConnection(Socket socket) => (_socket, _stream) = (socket, new NetworkStream(socket, ownsSocket: true));

    /// <summary>Connects; from another loopback address where one is named.</summary>
    public static async Task<RawConnection> ConnectAsync(string address, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        var uri = new Uri(address);
        await socket.ConnectAsync(IPAddress.Loopback, uri.Port);
        return new RawConnection(socket);
    }

    /// <summary>Connects and says that it speaks HTTP/2.</summary>
    public static async Task<RawConnection> OpenAsync(string address, IPAddress? from = null)
    {
        var connection = await ConnectAsync(address, from);
        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.SendAsync(Settings, 0, 0, []);
        return connection;
    }

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public Task SendAsync(byte type, byte flags, uint stream, byte[] payload)
    {
        var frame = new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, HeaderSize);
        return SendAsync(frame);
    }

    /// <summary>Begins a gRPC call.</summary>
    public Task BeginAsync(string path, uint stream = 1, byte flags = EndHeaders) => SendAsync(HeadersFrame, flags, stream, Header(path));

    /// <summary>The header of a gRPC call, by HPACK without any compression (RFC 7541).</summary>
    public static byte[] Header(string path) =>
        [0x83, 0x86, 0x04, .. Text(path), 0x01, .. Text("localhost"), 0x0f, 0x10, .. Text("application/grpc"), .. Field("te", "trailers")];

    /// <summary>A header field, likewise.</summary>
    public static byte[] Field(string name, string value) => [0x00, .. Text(name), .. Text(value)];

    /// <summary>The next frame; null when the server has closed the connection.</summary>
    public async Task<RawFrame?> ReadAsync(CancellationToken ct = default)
    {
        try
        {
            var header = new byte[HeaderSize];
            await _stream.ReadExactlyAsync(header, ct);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >>> 8];
            await _stream.ReadExactlyAsync(payload, ct);
            return new RawFrame(header[3], header[4], BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The first frame of a type; null when the server closes the connection before.</summary>
    public async Task<RawFrame?> ReadUntilAsync(byte type, CancellationToken ct = default)
    {
        while (await ReadAsync(ct) is { } frame)
        {
            if (frame.Type == type)
                return frame;
        }
        return null;
    }

    /// <summary>The error code with which the server closes the connection; null when it names none.</summary>
    public async Task<int?> ClosedByAsync(CancellationToken ct = default)
    {
        var goAway = await ReadUntilAsync(GoAway, ct);
        return goAway is null ? null : BinaryPrimitives.ReadInt32BigEndian(goAway.Payload.AsSpan(4));
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static byte[] Text(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return [.. Length(bytes.Length), .. bytes];
    }

    // An integer with a prefix of 7 bits (RFC 7541, section 5.1).
    private static IEnumerable<byte> Length(int length)
    {
        const int Prefix = 0x7f;
        if (length < Prefix)
            return [(byte)length];
        var bytes = new List<byte> { Prefix };
        for (length -= Prefix; length >= 0x80; length >>= 7)
            bytes.Add((byte)(length | 0x80));
        bytes.Add((byte)length);
        return bytes;
    }
}
