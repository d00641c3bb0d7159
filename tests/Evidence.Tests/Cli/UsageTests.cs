using System.Net;
using System.Net.Sockets;
using Evidence.Cli;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("--bogus")]
    [InlineData("archive")]
    [InlineData("archive", "/no/such/file")]
    [InlineData("archive", "/tmp")]
    [InlineData("archive", "/dev/null", "--signature", "/no/such/file")]
    [InlineData("archive", "/dev/null", "--type", "cms")]
    [InlineData("get", "not-a-number")]
    [InlineData("get")]
    [InlineData("list", "--limit", "-1")]
    [InlineData("list", "--node", "not an address")]
    [InlineData("list", "--node", "ftp://127.0.0.1")]
    [InlineData("verify")]
    [InlineData("verify", "--all", "something")]
    [InlineData("verify", "/no/such/file")]
    [InlineData("verify", "/dev/null", "--trust", "/no/such/trust.json")]
    [InlineData("verify", "0198c1d2-7a3b-7c4d-8e5f-001122334455", "--trust", "/dev/null")]
    [InlineData("proof")]
    [InlineData("proof", "0198c1d2-7a3b-7c4d-8e5f-001122334455", "--since", "3")]
    [InlineData("package", "17")]
    [InlineData("node", "init", "/dev/null/folder", "--name", "n")]
    [InlineData("node", "run", "--config", "/no/such/node.json")]
    [InlineData("node", "reindex", "--config", "/no/such/node.json")]
    [InlineData("node", "reindex")]
    [InlineData("backup", "--config", "/no/such/node.json", "--to", "/tmp")]
    [InlineData("backup", "--to", "/tmp")]
    [InlineData("drill", "--from", "/no/such/medium", "--into", "/no/such/folder", "--trust", "/no/such/trust.json")]
    [InlineData("ledger", "deploy", "--endpoint", "here", "--key", "/no/such/key", "--member", "0x00", "--threshold", "1")]
    public async Task Answers_a_command_that_cannot_be_carried_out_with_exit_code_2_and_a_sentence(params string[] arguments)
    {
        var run = await CommandRun.Of(arguments);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Output);
        Assert.StartsWith("evidence: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_an_error_as_the_one_json_document_when_asked_for_json()
    {
        var run = await CommandRun.Of("get", "not-a-number", "--json");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Error);
        Assert.Equal(ExitCode.Usage, run.Json["exitCode"]!.GetValue<int>());
        Assert.Contains("not-a-number", run.Json["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("anchors")]
    [InlineData("alerts")]
    [InlineData("sweep")]
    [InlineData("verify", "--all")]
    [InlineData("verify", "0198c1d2-7a3b-7c4d-8e5f-001122334455")]
    [InlineData("proof", "0198c1d2-7a3b-7c4d-8e5f-001122334455")]
    [InlineData("archive", "/etc/hostname")]
    public async Task Answers_with_exit_code_3_when_no_node_answers(params string[] arguments)
    {
        var run = await CommandRun.Of([.. arguments, "--node", CommandRun.NoNode]);
        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.Contains(CommandRun.NoNode, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_with_exit_code_3_where_something_else_than_a_node_answers()
    {
        await using var web = await StartWebServerAsync();
        foreach (var command in (string[][])[["list"], ["archive", "/etc/hostname"], ["archive", "/etc/hostname", "/etc/hosts"]])
        {
            var run = await CommandRun.Of([.. command, "--node", web.Urls.Single()]);
            Assert.Equal(ExitCode.Unreachable, run.Code);
            Assert.Contains("is no node", run.Error, StringComparison.Ordinal);
        }
        var tls = await CommandRun.Of("list", "--node", web.Urls.Single().Replace("http:", "https:", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Unreachable, tls.Code);
        Assert.Contains("its address begins with http://", tls.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("verify", "--all")]
    [InlineData("archive", "/etc/hostname")]
    public async Task Answers_with_exit_code_3_where_something_answers_that_does_not_speak_http_2(params string[] arguments)
    {
        await using var web = await StartWebServerAsync(HttpProtocols.Http1);
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var answering = AnswerAsync(plain);
        foreach (var address in (string[])[web.Urls.Single(), $"http://{plain.LocalEndpoint}"])
        {
            var run = await CommandRun.Of([.. arguments, "--json", "--node", address]);
            Assert.True(run.Code == ExitCode.Unreachable, run.Output + run.Error); // what it said may be lost when it hangs up, so the words differ
            Assert.Contains(address.TrimEnd('/'), run.Output + run.Error, StringComparison.Ordinal);
        }

        plain.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => answering);
    }

    /// <summary>Answers every connection as servers of HTTP/1 do, until the listener is stopped.</summary>
    private static async Task AnswerAsync(TcpListener listener)
    {
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadExactlyAsync(new byte[24]); // the preface of HTTP/2
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            client.Client.Shutdown(SocketShutdown.Send);
            while (await client.GetStream().ReadAsync(new byte[1024]) > 0) continue;
        }
    }

    private static async Task<WebApplication> StartWebServerAsync(HttpProtocols protocols = HttpProtocols.Http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("archive", "--help")]
    [InlineData("verify", "--help")]
    [InlineData("node", "run", "--help")]
    [InlineData("backup", "--help")]
    [InlineData("drill", "--help")]
    public async Task Helps_in_English_and_Chinese(params string[] arguments)
    {
        var run = await CommandRun.Of(arguments);
        Assert.Equal(0, run.Code);
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Contains(run.Output, c => c is >= '一' and <= '鿿');
    }
}
