using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Core.Crypto;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>One run of a command: its arguments, where it writes, and the node it speaks to.</summary>
internal sealed class Session : IDisposable
{
    private readonly ParseResult _arguments;
    private readonly TextWriter _output;
    private EvidenceClient? _client;

    internal Session(ParseResult arguments, TextWriter output, TextWriter error, TimeProvider time)
    {
        (_arguments, _output, Error, Time) = (arguments, output, error, time);
        Console = TerminalOutput.On(output);
    }

    internal TimeProvider Time { get; }

    internal TextWriter Error { get; }

    /// <summary>For people. Nothing may be written to it when <see cref="Json"/> holds.</summary>
    internal IAnsiConsole Console { get; }

    internal bool Json => Get(EvidenceCommand.Json);

    internal EvidenceClient Client => _client ??= Connect();

    /// <summary>In whose name records are filed when nothing is said: this account's, or left to the node where it knows the caller.</summary>
    internal string Submitter => Get(EvidenceCommand.TokenFile) is null && Get(EvidenceCommand.ClientCertificate) is null ? Environment.UserName : "";

    /// <summary>Whether each JSON document takes one line, so that a command that goes on and on may write several. The answer, or what went wrong, is the last.</summary>
    internal bool JsonLines { get; set; }

    internal T Get<T>(Option<T> option) => _arguments.GetValue(option)!;

    internal T Get<T>(Argument<T> argument) => _arguments.GetValue(argument)!;

    /// <summary>Whether the option stands on the command line, rather than having its default.</summary>
    internal bool IsGiven(Option option) => _arguments.GetResult(option) is { Implicit: false };

    internal void Write(Answer answer) => Put(() =>
    {
        if (Json) _output.WriteLine(JsonText.Format(answer.Json, JsonLines));
        else answer.Show(Console);
    });

    /// <summary>A line on the way to the answer: shown to people, never to programs.</summary>
    internal void Say(string line)
    {
        if (!Json) Put(() => Console.WriteLine(line));
    }

    /// <summary>One JSON document on a line of its own, on the way to the answer.</summary>
    internal void WriteLine(JsonNode json) => Put(() =>
    {
        _output.WriteLine(JsonText.Format(json, line: true));
        _output.Flush();
    });

    /// <summary>An answer that nobody can have read must not end like one.</summary>
    private static void Put(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Undetermined, $"the answer cannot be written: {e.Message}");
        }
    }

    public void Dispose() => _client?.Dispose();

    private EvidenceClient Connect()
    {
        var node = NodeAddress();
        try
        {
            return new EvidenceClient(node, new EvidenceClientOptions { Credentials = Credentials(), TimeProvider = Time });
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw CliException.Usage(e.Message);
        }
    }

    private NodeCredentials Credentials()
    {
        var (certificate, key) = (Get(EvidenceCommand.ClientCertificate), Get(EvidenceCommand.ClientKey));
        if (certificate is null != key is null) throw CliException.Usage("--client-certificate and --client-key belong together: give both or none");
        return new NodeCredentials
        {
            Token = Get(EvidenceCommand.TokenFile) is { } file ? NodeCredentials.ReadToken(file.FullName) : null,
            Certificate = certificate is null ? null : NodeCredentials.ReadCertificate(certificate.FullName, key!.FullName),
            Server = Get(EvidenceCommand.ServerCa) is { } trusted ? TrustedCertificates.Parse(File.ReadAllText(trusted.FullName)) : null,
        };
    }

    private Uri NodeAddress()
    {
        var address = Get(EvidenceCommand.Node);
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
            ? uri
            : throw CliException.Usage($"'{address}' is not the address of a node: write it like http://127.0.0.1:7401");
    }
}
