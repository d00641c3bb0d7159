using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Crypto;
using Evidence.Ledger;
using Evidence.Ledger.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Ledger;

/// <summary>
/// A chain of a <see cref="TestConsortium"/> behind JSON-RPC, in memory: blocks are sealed when the test says so, and may be taken back. One sender at a time.
/// Every host name is an endpoint of it, and <see cref="Tamper"/> may change what one of them answers.
/// </summary>
internal sealed class ScriptedChain : HttpMessageHandler
{
    private const int ParentField = 0, StateField = 3, TransactionsField = 4, NumberField = 8, TimeField = 11;
    private static readonly string NoAddress = "0x" + new string('0', 40);
    private static readonly string Genesis = "0x" + new string('7', 64);
    private static readonly string[] Integers = ["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas"];

    private readonly Lock _gate = new();
    private readonly List<Block> _blocks = [];
    private readonly List<byte[]> _pool = [];
    private ulong _branch;

    internal ScriptedChain(string consensus) => Consortium = new TestConsortium(consensus);

    internal TestConsortium Consortium { get; }

    /// <summary>Changes the answer (an object with "result" or "error") of the endpoint with this host name to a method.</summary>
    internal Action<string, string, JsonObject>? Tamper { get; set; }

    /// <summary>Given the host name of an endpoint and a method, what is waited for before it is answered.</summary>
    internal Func<string, string, Task>? Hold { get; set; }

    /// <summary>Whether transactions are taken and forgotten, as by an endpoint that dies before it passes them on.</summary>
    internal bool Forgets { get; set; }

    /// <summary>Host name of the endpoint that takes every transaction and passes none on.</summary>
    internal string? CutOff { get; set; }

    /// <summary>The clients' clock.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The contract's code.</summary>
    internal byte[] Code { get; init; } = ContractArtifact.EvidenceAnchor.DeployedBytecode;

    /// <summary>The most that the sender can pay for gas; what offers more is refused.</summary>
    internal ulong Funds { get; set; } = ulong.MaxValue;

    /// <summary>Transactions that wait, as they were handed in.</summary>
    internal IReadOnlyList<byte[]> Pool
    {
        get
        {
            lock (_gate) return [.. _pool];
        }
    }

    /// <summary>Transactions in blocks.</summary>
    internal int Mined
    {
        get
        {
            lock (_gate) return _blocks.Sum(static block => block.Transactions.Count);
        }
    }

    /// <summary>A client of the endpoints with these host names.</summary>
    internal LedgerClient Client(LedgerOptions? options = null, params string[] hosts) => new(
        (options ?? Options) with { Endpoints = [.. (hosts.Length > 0 ? hosts : ["a"]).Select(static host => new Uri($"http://{host}.test"))] },
        new HttpClient(this, disposeHandler: false), Time, NullLogger<LedgerClient>.Instance);

    internal LedgerOptions Options => new()
    {
        Endpoints = [],
        ChainId = TestConsortium.ChainId,
        Genesis = Genesis,
        Contract = SampleChain.ContractText,
        Consensus = Consortium.Consensus,
        Trusted = Consortium.Trusted,
        PollInterval = TimeSpan.FromMilliseconds(10),
        GasPrice = 100,
    };

    /// <summary>Nonce, tip and maximal fee that a transaction offers.</summary>
    internal static (ulong Nonce, ulong Tip, ulong MaxFee) Offer(byte[] raw)
    {
        var fields = Rlp.Decode(raw.AsMemory(1)).Items;
        return (fields[1].UInt64("nonce"), fields[2].UInt64("tip"), fields[3].UInt64("fee"));
    }

    /// <summary>Seals blocks, each with the next transaction that waits, by whose turn it is.</summary>
    internal void Mine(int count = 1)
    {
        lock (_gate)
        {
            for (; count > 0; count--) Seal(_pool.Find(raw => Offer(raw).Nonce == (ulong)_blocks.Sum(static block => block.Transactions.Count)));
        }
    }

    /// <summary>Takes the newest blocks back. What they held waits again, or is lost.</summary>
    internal void TakeBack(int count, bool keep)
    {
        lock (_gate)
        {
            if (keep) _pool.AddRange(_blocks.TakeLast(count).SelectMany(static block => block.Transactions));
            _blocks.RemoveRange(_blocks.Count - count, count);
            _branch++;
        }
    }

    internal void ForgetPool()
    {
        lock (_gate) _pool.Clear();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        var method = call["method"]!.GetValue<string>();
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1 };
        if (Hold?.Invoke(request.RequestUri!.Host, method) is { } held) await held.WaitAsync(cancellationToken);
        lock (_gate)
        {
            try
            {
                answer["result"] = method == "eth_sendRawTransaction" && request.RequestUri!.Host == CutOff
                    ? HashOf(Convert.FromHexString(call["params"]![0]!.GetValue<string>().AsSpan(2)))
                    : Answer(method, call["params"]!.AsArray());
            }
            catch (InvalidOperationException e)
            {
                answer["error"] = new JsonObject { ["code"] = -32000, ["message"] = e.Message };
            }

            Tamper?.Invoke(request.RequestUri!.Host, method, answer);
        }

        return new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(answer) };
    }

    private JsonNode? Answer(string method, JsonArray parameters)
    {
        var first = parameters.Count > 0 && parameters[0] is JsonValue value ? value.GetValue<string>() : "";
        return method switch
        {
            "eth_chainId" => Quantity(TestConsortium.ChainId),
            "eth_getCode" => Data(Code),
            "eth_estimateGas" => Quantity(100_000),
            "eth_call" => "0x",
            "eth_getTransactionCount" => Quantity((ulong)_blocks.Sum(static block => block.Transactions.Count)),
            "eth_getBlockByNumber" => first == "0x0" ? new JsonObject { ["hash"] = Genesis } : first == "latest" ? BlockJson(_blocks[^1]) : BlockJson(_blocks.Find(block => Quantity(block.Header.Number).GetValue<string>() == first)),
            "eth_getBlockByHash" => BlockJson(_blocks.Find(block => Data(block.Hash) == first)),
            "eth_getProof" => _blocks.Find(block => Quantity(block.Header.Number).GetValue<string>() == parameters[2]!.GetValue<string>())?.State.Prove(parameters[1]!.AsArray()),
            "eth_getBlockReceipts" => new JsonArray([.. _blocks.Find(block => Data(block.Hash) == first)!.Receipts.Select(ReceiptJson)]),
            "eth_getTransactionReceipt" => _blocks.Find(block => block.Transactions.Exists(raw => HashOf(raw) == first)) is { } holder
                ? new JsonObject { ["blockHash"] = Data(holder.Hash), ["blockNumber"] = Quantity(holder.Header.Number), ["status"] = "0x1" } : null,
            "eth_getTransactionByHash" => _blocks.SelectMany(static block => block.Transactions).Concat(_pool).FirstOrDefault(raw => HashOf(raw) == first) is { } known ? TransactionJson(known) : null,
            "eth_sendRawTransaction" => Take(Convert.FromHexString(first.AsSpan(2))),
            _ => throw new InvalidOperationException($"{method} is not known"),
        };
    }

    private string Take(byte[] raw)
    {
        var (nonce, tip, maxFee) = Offer(raw);
        if (maxFee > Funds) throw new InvalidOperationException("insufficient funds for gas * price + value");
        if (nonce < (ulong)_blocks.Sum(static block => block.Transactions.Count)) throw new InvalidOperationException("nonce too low");
        if (_pool.Find(other => Offer(other).Nonce == nonce) is { } other)
        {
            if (other.AsSpan().SequenceEqual(raw)) throw new InvalidOperationException("already known");
            // As go-ethereum: a tenth more, in both.
            if (tip < Offer(other).Tip * 11 / 10 || maxFee < Offer(other).MaxFee * 11 / 10 || tip == Offer(other).Tip) throw new InvalidOperationException("replacement transaction underpriced");
            _pool.Remove(other);
        }

        if (!Forgets) _pool.Add(raw);
        return HashOf(raw);
    }

    private void Seal(byte[]? raw)
    {
        _pool.RemoveAll(other => other == raw);
        List<byte[]> transactions = raw is null ? [] : [raw];
        List<byte[]> receipts = [.. transactions.Select(static transaction => SampleChain.Receipt(Events(transaction)).Encode())];
        var number = (ulong)_blocks.Count + 1;
        var state = (_blocks.Count == 0 ? ScriptedState.Of(Code) : _blocks[^1].State).After(number, TimeOf(number), transactions.SelectMany(Events).Select(AnchoredEvent.TryParse).OfType<AnchoredEvent>());
        void Place(byte[][] fields)
        {
            fields[ParentField] = _blocks.Count == 0 ? Convert.FromHexString(Genesis.AsSpan(2)) : _blocks[^1].Hash;
            fields[StateField] = state.Root;
            (fields[TransactionsField], fields[NumberField]) = (ReceiptTrie.Build(transactions).Root, Rlp.IntegerBytes(number));
            fields[TimeField] = Rlp.IntegerBytes(TimeOf(number));
        }

        var root = ReceiptTrie.Build(receipts).Root;
        var header = Consortium.Consensus == ConsensusNames.Clique
            ? Consortium.Clique(root, [Consortium.InTurn(number)], (_, fields) => Place(fields), first: number)[0]
            : Consortium.Committed(root, Consortium.Keys, Place);
        _blocks.Add(new Block(header, BlockHash.Of(header, Consortium.Consensus), transactions, receipts, state));
    }

    private ulong TimeOf(ulong number) => 1_800_000_000 + (5 * number) + _branch;

    /// <summary>What the contract writes when it is told to anchor: log, size and root are the first words of the call.</summary>
    private static LogEntry[] Events(byte[] raw)
    {
        var data = Rlp.Decode(raw.AsMemory(1)).Items[7].Bytes.Span;
        if (data.Length < 100) return [];
        var size = ulong.Parse(Convert.ToHexString(data[60..68]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return [new AnchoredEvent(new Digest(data[4..36]), size, new Digest(data[68..100]), 0).ToLogEntry(SampleChain.Contract)];
    }

    /// <summary>A header as an endpoint states it.</summary>
    internal static JsonObject HeaderJson(BlockHeader header, byte[] hash)
    {
        var json = new JsonObject { ["hash"] = Data(hash) };
        foreach (var (name, field) in BlockHeader.FieldNames.Zip(header.Fields)) json[name] = Integers.Contains(name) ? Quantity(field.Span) : Data(field.Span);
        return json;
    }

    private static JsonObject? BlockJson(Block? block)
    {
        if (block is null) return null;
        var json = HeaderJson(block.Header, block.Hash);
        json["transactions"] = new JsonArray([.. block.Transactions.Select(TransactionJson)]);
        return json;
    }

    private static JsonNode ReceiptJson(byte[] encoded)
    {
        var receipt = Receipt.Parse(encoded);
        return new JsonObject
        {
            ["type"] = "0x2",
            ["status"] = Quantity(receipt.StatusOrRoot),
            ["cumulativeGasUsed"] = Quantity(receipt.CumulativeGasUsed),
            ["logsBloom"] = Data(receipt.Bloom),
            ["logs"] = new JsonArray([.. receipt.Logs.Select(static log => new JsonObject
            {
                ["address"] = Data(log.Address),
                ["topics"] = new JsonArray([.. log.Topics.Select(static topic => (JsonNode)Data(topic))]),
                ["data"] = Data(log.Data),
            })]),
        };
    }

    private static JsonNode TransactionJson(byte[] raw)
    {
        string[] names = ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input", "accessList", "yParity", "r", "s"];
        var json = new JsonObject { ["type"] = "0x2", ["hash"] = HashOf(raw), ["from"] = NoAddress, ["accessList"] = new JsonArray() };
        foreach (var (name, field) in names.Zip(Rlp.Decode(raw.AsMemory(1)).Items))
        {
            if (!field.IsList) json[name] = name is "to" or "input" ? Data(field.Bytes.Span) : Quantity(field.Bytes.Span);
        }

        return json;
    }

    private static string HashOf(byte[] raw) => Data(Keccak256.Hash(raw));

    private static string Data(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    private static JsonNode Quantity(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    private static JsonNode Quantity(ReadOnlySpan<byte> bytes) => "0x" + (Convert.ToHexStringLower(bytes).TrimStart('0') is { Length: > 0 } digits ? digits : "0");

    private sealed record Block(BlockHeader Header, byte[] Hash, List<byte[]> Transactions, List<byte[]> Receipts, ScriptedState State);
}
