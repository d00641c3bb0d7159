using System.Net;
using System.Text.Json;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Node.Access.Tokens;

namespace Evidence.Node.Configuration;

/// <summary>Reads node.json. Paths in it are relative to the file.</summary>
internal sealed class NodeOptionsReader
{
    private readonly string _folder;
    private readonly List<string> _errors = [];

    private NodeOptionsReader(string folder) => _folder = folder;

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="ConfigurationException">The file is not there, is not JSON, or says something that cannot be; all errors at once.</exception>
    internal static NodeOptions Read(string file)
    {
        file = Path.GetFullPath(file);
        using var json = Parse(file);
        var reader = new NodeOptionsReader(Path.GetDirectoryName(file)!);
        var options = reader.Node(new ConfigSection(json.RootElement, "", reader._errors));
        return reader._errors.Count == 0 ? options : throw new ConfigurationException(file, reader._errors);
    }

    /// <summary>What the file says as far as it can be read, with all its errors; null where nothing can be.</summary>
    internal static (NodeOptions? Options, List<string> Errors) Examine(string file)
    {
        try
        {
            file = Path.GetFullPath(file);
            using var json = Parse(file);
            var reader = new NodeOptionsReader(Path.GetDirectoryName(file)!);
            return (reader.Node(new ConfigSection(json.RootElement, "", reader._errors)), reader._errors);
        }
        catch (ConfigurationException e)
        {
            return (null, [.. e.Errors]);
        }
    }

    private static JsonDocument Parse(string file)
    {
        try
        {
            RegularFile.Check(file);
            var json = JsonDocument.Parse(File.ReadAllBytes(file), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            throw new ConfigurationException(file, ["the file must hold one JSON object in braces"]);
        }
        catch (JsonException e)
        {
            throw new ConfigurationException(file, [$"the file is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {e.Message}"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, [$"the file cannot be read: {e.Message} (make one with `evidence node init`)"]);
        }
    }

    private NodeOptions Node(ConfigSection node)
    {
        var name = NoteName(node, "name", node.Required("name", "the node's name, such as node1"));
        var tls = Tls(node);
        var peers = Peers(node);
        var listen = Listen(node, tls);
        var keys = ExistingFolder(node, "keys", node.Optional("keys") ?? "keys");
        var options = new NodeOptions
        {
            Name = name,
            Listen = listen,
            Tls = tls,
            Access = AccessOptionsReader.Read(node.Section("access"), At, Path.Combine(keys, TokenFile.Name), IsLoopback(listen)),
            DataFolder = At(node.Optional("data") ?? "data"),
            KeysFolder = keys,
            Origin = NoteName(node, "origin", node.Required("origin", "the name of this node's log, such as archive.example/node1")),
            WitnessName = NoteName(node, "witness", node.Optional("witness") ?? $"witness.{name}"),
            RequireSignature = node.Flag("requireSignature", true),
            RequireTrustedChain = node.Flag("requireTrustedChain", true),
            SignatureRoots = [.. node.Texts("signatureRoots").Select(file => ExistingFile(node, "signatureRoots", file))],
            Ledger = Ledger(node.Section("ledger")),
            Peers = peers,
            Witnesses = Witnesses(node),
            TrustFile = node.Optional("trust") is { } trust ? ExistingFile(node, "trust", trust) : null,
            Sweep = Sweep(node.Section("sweep")),
            Events = Events(node.Section("events")),
            Replication = Replication(node.Section("replication"), node.Section("ledger") is not null),
            Replicas = ReplicaOptionsReader.Read(node.Section("replicas"), peers.Count, node.Optional("trust") is not null, node.Section("ledger") is not null),
            Uploads = Uploads(node.Section("uploads")),
            Alerts = new AlertOptionsReader(_folder).Read(node.Section("alerts")),
            Heartbeat = HeartbeatOptions.Read(node.Section("heartbeat")),
            Repair = Repair(node.Section("repair")),
            VolumeBytes = node.Number("volumeBytes", NodeOptions.DefaultVolumeBytes, 1 << 16, 1L << 40),
        };
        node.RefuseUnknownFields();
        return options;
    }

    private TlsOptions? Tls(ConfigSection node)
    {
        if (node.Section("tls") is not { } tls) return null;
        var options = new TlsOptions(
            ExistingFile(tls, "certificate", tls.Required("certificate", "PEM file with the certificate chain")),
            ExistingFile(tls, "key", tls.Required("key", "PEM file with the private key")),
            tls.Optional("clientCa") is { } clients ? ExistingFile(tls, "clientCa", clients) : null);
        tls.RefuseUnknownFields();
        return options;
    }

    private static Uri Listen(ConfigSection node, TlsOptions? tls)
    {
        var listen = Address(node, "listen", node.Required("listen", "where to listen, such as http://127.0.0.1:7401"));
        if (listen.Scheme == Uri.UriSchemeHttps && tls is null)
            node.Fail("listen", "is https, but there is no \"tls\" with certificate and key: add it");
        if (listen.Scheme == Uri.UriSchemeHttp && tls is not null)
            node.Fail("listen", "is http although \"tls\" is configured: write https");
        if (listen.Scheme == Uri.UriSchemeHttp && !IsLoopback(listen))
            node.Fail("listen", $"is {listen.Host}, which others can reach, without TLS: listen on 127.0.0.1, or configure \"tls\" and write https");
        if (!IPAddress.TryParse(listen.Host.Trim('[', ']'), out _) && listen.Host != "localhost")
            node.Fail("listen", $"must name an IP address or localhost, not {listen.Host}");
        return listen;
    }

    private static bool IsLoopback(Uri uri) =>
        uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private LedgerSection? Ledger(ConfigSection? ledger)
    {
        if (ledger is null) return null;
        var endpoints = ledger.Texts("endpoints");
        if (endpoints.Count == 0) ledger.Fail("endpoints", "is missing: the JSON-RPC addresses of the ledger, such as [\"http://127.0.0.1:8545\"]");
        var section = new LedgerSection(
            [.. endpoints.Select(e => Address(ledger, "endpoints", e))],
            (ulong)ledger.Number("chainId", 0, 1, long.MaxValue),
            ledger.Optional("genesis") is { } genesis ? Hex(ledger, "genesis", genesis, 32) : null,
            Hex(ledger, "contract", ledger.Required("contract", "the address of the EvidenceAnchor contract, printed when it was deployed"), 20),
            ledger.Seconds("anchorEverySeconds", LedgerSection.DefaultAnchorEvery.TotalSeconds, 0, 86_400),
            (ulong)ledger.Number("anchorEveryRecords", LedgerSection.DefaultAnchorEveryRecords, 1, 1_000_000_000))
        {
            Consensus = ledger.Optional("consensus") ?? ConsensusNames.None,
            GasPrice = (ulong)ledger.Number("gasPrice", 0, 0, long.MaxValue),
            History = ledger.Optional("history") is { } history ? History(ledger, ExistingFile(ledger, "history", history)) : null,
        };
        if (!ConsensusNames.All.Contains(section.Consensus)) ledger.Fail("consensus", $"must be one of {string.Join(", ", ConsensusNames.All)}, not {section.Consensus}");
        if (section.ChainId == 0) ledger.Fail("chainId", "is missing: the chain's id, so that no other chain is taken for it");
        ledger.RefuseUnknownFields();
        return section;
    }

    /// <summary>Whether the headers prove anything is for those to say who trust somebody; here they are only to be headers, and few enough for every reader.</summary>
    private static ValidatorHistory? History(ConfigSection ledger, string file)
    {
        if (!File.Exists(file) || RegularFile.IsStream(file)) return null; // which has been said
        try
        {
            var (bytes, most) = (File.ReadAllBytes(file), new PackageLimits().MaxSmallMemberBytes);
            if (bytes.Length > most) throw new FormatException($"It has {bytes.Length} bytes, and {most} are read at most.");
            var history = ValidatorHistoryJson.Parse(bytes);
            if (history.Headers.Count == 0) throw new FormatException("It holds no header.");
            foreach (var header in history.Headers) BlockHeader.Parse(header);
            return history;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            ledger.Fail("history", $"names {file}, which is no history of headers: {e.Message} Make one with `evidence ledger history`");
            return null;
        }
    }

    private List<PeerOptions> Peers(ConfigSection node)
    {
        var peers = new List<PeerOptions>();
        foreach (var peer in node.Sections("peers"))
        {
            peers.Add(new PeerOptions(
                peer.Required("name", "a name for the peer"),
                Address(peer, "address", peer.Required("address", "where the peer listens, such as http://127.0.0.1:7402")),
                peer.Optional("certificate") is { } certificate ? ExistingFile(peer, "certificate", certificate) : null));
            peer.RefuseUnknownFields();
        }
        foreach (var twice in peers.GroupBy(p => p.Name).Where(g => g.Key.Length > 0 && g.Count() > 1))
            node.Fail("peers", $"names {twice.Key} {twice.Count()} times: give each peer its own name");
        return peers;
    }

    private static List<WitnessOptions> Witnesses(ConfigSection node)
    {
        var witnesses = new List<WitnessOptions>();
        foreach (var witness in node.Sections("witnesses"))
        {
            var prefix = Address(witness, "url", witness.Required("url", "the witness's submission prefix, such as https://witness.example"));
            if (prefix.Scheme == Uri.UriSchemeHttp && !IsLoopback(prefix)) witness.Fail("url", $"is {prefix.Host} without TLS: write https");
            if (WitnessKey(witness) is { } key) witnesses.Add(new WitnessOptions(key, prefix));
            witness.RefuseUnknownFields();
        }
        foreach (var twice in witnesses.GroupBy(w => w.Key.Name).Where(g => g.Count() > 1))
            node.Fail("witnesses", $"names {twice.Key} {twice.Count()} times: name each witness once");
        return witnesses;
    }

    private static VerifierKey? WitnessKey(ConfigSection witness)
    {
        var text = witness.Required("key", "the witness's verifier key, name+id+base64");
        try
        {
            var key = VerifierKey.Parse(text);
            if (key.Algorithm == VerifierKey.CosignatureV1) return key;
            witness.Fail("key", $"is of the algorithm 0x{key.Algorithm:x2}, and a witness's is 0x04: ask its operator for the key of its cosignatures");
        }
        catch (FormatException e) when (text.Length > 0)
        {
            witness.Fail("key", $"is not a verifier key: {e.Message}");
        }
        catch (FormatException)
        {
            // it is missing, which has been said
        }
        return null;
    }

    private static SweepOptions Sweep(ConfigSection? sweep)
    {
        if (sweep is null) return new SweepOptions(null, 0);
        var every = sweep.Seconds("everySeconds", 0, 0, 366 * 86_400);
        var maxAge = sweep.Seconds("maxAgeSeconds", 0, 0, 3660 * 86_400L);
        var hours = sweep.Optional("hours");
        if (hours is not null && SweepHours.TryParse(hours) is null) sweep.Fail("hours", $"is no stretch of a day such as 22:00-06:00, in the machine's local time, but {hours}; leave it out to sweep at any hour");
        foreach (var (field, time) in new[] { ("everySeconds", every), ("maxAgeSeconds", maxAge) })
            if (time > TimeSpan.Zero && time < SweepOptions.LeastPause) sweep.Fail(field, $"is {time.TotalSeconds} seconds, and sweeps follow each other after {SweepOptions.LeastPause.TotalSeconds} at the earliest; 0 is none");
        var rate = sweep.Number("bytesPerSecond", 0, 0, SweepOptions.MostBytesPerSecond);
        if (rate is > 0 and < SweepOptions.LeastBytesPerSecond) sweep.Fail("bytesPerSecond", $"is {rate}, at which a sweep would never come to its end: at least {SweepOptions.LeastBytesPerSecond}, or 0 for no limit");
        var options = new SweepOptions(
            every == TimeSpan.Zero ? null : every, rate,
            hours is null ? null : SweepHours.TryParse(hours), maxAge == TimeSpan.Zero ? null : maxAge);
        sweep.RefuseUnknownFields();
        return options;
    }

    private static EventOptions Events(ConfigSection? events)
    {
        if (events is null) return new EventOptions(EventOptions.DefaultSealAfter);
        var options = new EventOptions(events.Seconds("sealAfterSeconds", EventOptions.DefaultSealAfter.TotalSeconds, 0, 86_400));
        events.RefuseUnknownFields();
        return options;
    }

    private static RepairOptions Repair(ConfigSection? repair)
    {
        var approval = repair?.Optional("approval") ?? "none";
        if (approval is not ("none" or "required")) repair!.Fail("approval", $"must be none or required, not {approval}");
        repair?.RefuseUnknownFields();
        return new RepairOptions(approval == "required");
    }

    private static ReplicationOptions Replication(ConfigSection? replication, bool hasLedger)
    {
        if (replication is null) return new ReplicationOptions(TimeSpan.FromSeconds(1));
        var attest = replication.Seconds("attestEverySeconds", 0, 0, 366 * 86_400);
        var options = new ReplicationOptions(replication.Seconds("everySeconds", 1, 0.05, 86_400), attest == TimeSpan.Zero ? null : attest);
        if (attest > TimeSpan.Zero && !hasLedger) replication.Fail("attestEverySeconds", "asks for statements on the ledger, and no \"ledger\" is configured: add it, or leave this out");
        replication.RefuseUnknownFields();
        return options;
    }

    private static UploadOptions Uploads(ConfigSection? uploads)
    {
        var otherwise = new UploadOptions();
        if (uploads is null) return otherwise;
        var quota = uploads.Number("quotaBytes", otherwise.QuotaBytes, 0, 1L << 50);
        var options = new UploadOptions
        {
            QuotaBytes = quota,
            QuotaBytesPerSubmitter = uploads.Number("quotaBytesPerSubmitter", quota, 0, 1L << 50),
            Count = (int)uploads.Number("count", otherwise.Count, 0, 10_000),
            Keep = uploads.Seconds("keepSeconds", otherwise.Keep.TotalSeconds, 1, 366 * 86_400),
            ReserveBytes = uploads.Number("reserveBytes", otherwise.ReserveBytes, 0, 1L << 50),
        };
        if (options.QuotaBytesPerSubmitter > quota) uploads.Fail("quotaBytesPerSubmitter", $"is more than the {quota} bytes that all submitters have together (quotaBytes)");
        uploads.RefuseUnknownFields();
        return options;
    }

    private static Uri Address(ConfigSection section, string field, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)) return uri;
        if (text.Length > 0) section.Fail(field, $"must be an address such as http://127.0.0.1:7401, not {text}");
        return new Uri("http://127.0.0.1");
    }

    private static string NoteName(ConfigSection section, string field, string text)
    {
        if (text.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c)))
            section.Fail(field, $"must have no space and no plus sign, because it becomes the name of a key: {text}");
        if (text.Length > 128) section.Fail(field, "must have at most 128 characters");
        return text;
    }

    private static string Hex(ConfigSection section, string field, string text, int bytes)
    {
        var good = text.Length == 2 + 2 * bytes && text.StartsWith("0x", StringComparison.Ordinal) && text.AsSpan(2).ContainsAnyExcept("0123456789abcdefABCDEF") == false;
        if (!good && text.Length > 0) section.Fail(field, $"must be 0x and {2 * bytes} hexadecimal digits, not {text}");
        return text.ToLowerInvariant();
    }

    private string ExistingFile(ConfigSection section, string field, string file)
    {
        if (file.Length > 0 && !File.Exists(At(file))) section.Fail(field, $"names the file {At(file)}, which is not there");
        else if (RegularFile.IsStream(At(file))) section.Fail(field, $"names {At(file)}, which is a pipe or a device and no file");
        return At(file);
    }

    private string ExistingFolder(ConfigSection section, string field, string folder)
    {
        if (!Directory.Exists(At(folder))) section.Fail(field, $"names the folder {At(folder)}, which is not there: make the keys with `evidence node init`");
        return At(folder);
    }

    private string At(string path) => Path.GetFullPath(path, _folder);
}
