using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Evidence.Ledger;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Access.Tokens;
using Evidence.Node.Restoring;
using Evidence.Node.Verification;
using Evidence.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Node.Configuration;

/// <summary>What a check of a configuration found.</summary>
/// <param name="Errors">What a start would refuse: what, where, and what to do.</param>
/// <param name="Undetermined">What could not be found out here and now.</param>
public sealed record NodeCheckReport(IReadOnlyList<string> Errors, IReadOnlyList<string> Undetermined);

/// <summary>Finds everything that keeps a node from starting, at once and without starting it. The node may run meanwhile; nothing is changed.</summary>
public static class NodeCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Checks a configuration and the files that it names.</summary>
    /// <param name="configFile">The node's node.json.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<NodeCheckReport> RunAsync(string configFile, TimeProvider time, CancellationToken ct)
    {
        var (options, errors) = NodeOptionsReader.Examine(configFile);
        var undetermined = new List<string>();
        if (options is null) return new NodeCheckReport(errors, undetermined);
        CheckFiles(options, time, errors);
        CheckPort(options.Listen, errors, undetermined);
        if (options.Ledger is { } ledger) await CheckLedgerAsync(ledger, time, undetermined, ct);
        return new NodeCheckReport([.. errors.Distinct()], undetermined);
    }

    private static void CheckFiles(NodeOptions options, TimeProvider time, List<string> errors)
    {
        Try(errors, () => RestoreMark.Check(options.DataFolder));
        if (Directory.Exists(options.KeysFolder)) Try(errors, () => NodeKeys.Load(options)); // one that is not there is named already
        Try(errors, () => SignatureRoots.Load([.. options.SignatureRoots.Where(File.Exists)]));
        if (options.TrustFile is null || File.Exists(options.TrustFile)) Try(errors, () => NodeTrust.Load(options));
        Try(errors, () => TokenFile.Read(options.Access.TokensFile));
        var tls = options.Tls is { } own && File.Exists(own.CertificateFile) && File.Exists(own.KeyFile) && (own.ClientCaFile is null || File.Exists(own.ClientCaFile)) ? own : null;
        Try(errors, () => _ = new NodeTls(tls));
        Try(errors, () => _ = new CertificateBook(options with { Peers = [.. options.Peers.Where(static peer => File.Exists(peer.CertificateFile))] }, new NodeTls(null), time));
        if (File.Exists(options.DataFolder)) errors.Add($"\"data\" names {options.DataFolder}, which is a file: name a folder");
    }

    private static void CheckPort(Uri listen, List<string> errors, List<string> undetermined)
    {
        if (listen.Port == 0 || !(listen.Host == "localhost" || IPAddress.TryParse(listen.Host.Trim('[', ']'), out _))) return;
        try
        {
            using var listener = new TcpListener(listen.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(listen.Host.Trim('[', ']')), listen.Port);
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            undetermined.Add($"\"listen\": somebody listens at {listen.Authority} already; if that is this node, all is well");
        }
        catch (SocketException e)
        {
            errors.Add($"\"listen\": nobody can listen at {listen.Authority} here: {e.Message}");
        }
    }

    private static async Task CheckLedgerAsync(LedgerSection section, TimeProvider time, List<string> undetermined, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var http = new HttpClient();
            await section.Connect(null, http, time, NullLogger<LedgerClient>.Instance).StatusAsync(either.Token);
        }
        catch (Exception e) when (e is LedgerException or LedgerUnreachableException or FormatException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            undetermined.Add($"\"ledger\": {(e is OperationCanceledException ? $"no endpoint answered within {Patience.TotalSeconds:0} s" : e.Message)}");
        }
    }

    private static void Try(List<string> errors, Action check)
    {
        try
        {
            check();
        }
        catch (ConfigurationException e)
        {
            errors.AddRange(e.Errors);
        }
        catch (Exception e) when (e is KeyFileException or StorageException or FormatException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.Add(e.Message);
        }
    }
}
