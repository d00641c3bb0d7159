using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evidence.Tests.Monitor.Alerting;

/// <summary>A mail server (RFC 5321) that takes mail, with STARTTLS, TLS or neither, and keeps what it is told.</summary>
internal sealed class MailDesk : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly X509Certificate2? _certificate;
    private readonly bool _tlsAtOnce;

    internal MailDesk(X509Certificate2? certificate = null, bool tlsAtOnce = false)
    {
        (_certificate, _tlsAtOnce) = (certificate, tlsAtOnce);
        _listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal List<string> Mails { get; } = [];

    /// <summary>Each command as it came, with whether TLS protected it.</summary>
    internal List<(bool Protected, string Command)> Commands { get; } = [];

    /// <summary>What it answers to a command instead of the usual; null: the usual.</summary>
    internal Func<string, string?> Instead { get; set; } = _ => null;

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                await ServeAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // the client went away, or does not like the certificate
            }
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        if (_tlsAtOnce) stream = await ProtectAsync(stream);
        await SayAsync(stream, "220 desk");
        while (await ReadAsync(stream) is { } line)
        {
            lock (Commands) Commands.Add((stream is SslStream, line));
            if (Instead(line) is { } other) await SayAsync(stream, other);
            else if (line.StartsWith("STARTTLS", StringComparison.Ordinal))
            {
                await SayAsync(stream, "220 go on");
                stream = await ProtectAsync(stream);
            }
            else if (line == "DATA") await TakeAsync(stream);
            else await SayAsync(stream, AnswerTo(line, stream is SslStream));
            if (line == "QUIT") return;
        }
    }

    private string AnswerTo(string line, bool isProtected) => line.Split(' ')[0] switch
    {
        "EHLO" => "250-desk\r\n" + (_certificate is not null && !isProtected ? "250-STARTTLS\r\n" : "") + "250-AUTH PLAIN\r\n250 8BITMIME",
        "AUTH" => "235 welcome",
        "QUIT" => "221 bye",
        _ => "250 ok",
    };

    private async Task TakeAsync(Stream stream)
    {
        await SayAsync(stream, "354 go on");
        var mail = new StringBuilder();
        while (await ReadAsync(stream) is { } line and not ".") mail.AppendLine(line);
        lock (Mails) Mails.Add(mail.ToString());
        await SayAsync(stream, "250 taken");
    }

    private async Task<SslStream> ProtectAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(_certificate!);
        return tls;
    }

    private static async Task SayAsync(Stream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));

    // Byte by byte: what follows STARTTLS is no longer text.
    private async Task<string?> ReadAsync(Stream stream)
    {
        var (line, one) = (new List<byte>(), new byte[1]);
        while (await stream.ReadAsync(one, _ending.Token) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        return null;
    }
}
