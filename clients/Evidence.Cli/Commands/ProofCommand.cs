using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.V1;
using Google.Protobuf;
using Spectre.Console;
using ConsistencyProof = Evidence.V1.ConsistencyProof;
using InclusionProof = Evidence.V1.InclusionProof;

namespace Evidence.Cli.Commands;

/// <summary>`evidence proof`: an inclusion or a consistency proof, checked here before it is shown.</summary>
internal static class ProofCommand
{
    private static readonly Argument<string?> Record = new("RECORD")
    {
        Description = "The record whose leaf is to be proven; left out for a consistency proof.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<ulong> Size = new("--size")
    {
        Description = "Tree size to prove in; else that of the latest checkpoint.",
        HelpName = "LEAVES",
    };

    private static readonly Option<ulong?> Since = new("--since")
    {
        Description = "Prove instead that the tree of this size was only appended to. 一致性证明",
        HelpName = "LEAVES",
    };

    private static readonly Option<string> Log = LogOption.Make();

    internal static Command Make(Runner runner)
    {
        var command = new Command("proof", "Prove that a record is in the log, or that the log was only appended to. 包含证明与一致性证明")
        {
            Record, Size, Since, Log,
        };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static Task<Answer> RunAsync(Session session, CancellationToken ct) => (session.Get(Record), session.Get(Since)) switch
    {
        ({ } record, null) => InclusionAsync(session, record, ct),
        (null, { } since) => ConsistencyAsync(session, since, ct),
        _ => throw CliException.Usage("name either a RECORD or --since LEAVES"),
    };

    private static async Task<Answer> InclusionAsync(Session session, string text, CancellationToken ct)
    {
        if (!RecordId.TryParse(text, out var id)) throw CliException.Usage($"'{text}' is not a record number");
        var record = await session.Client.GetRecordAsync(id.ToString(), ct);
        var log = session.Get(Log) is { Length: > 0 } named ? named : record.Log;
        var request = new GetInclusionProofRequest { Log = log, Record = id.ToString(), Size = session.Get(Size) };
        var proof = await session.Client.ReadAsync(token => session.Client.Audit.GetInclusionProofAsync(request, cancellationToken: token).ResponseAsync, ct);
        var leaf = MerkleTree.LeafHash(record.Seal.Span);
        var holds = Core.Log.InclusionProof.Verify(leaf, proof.Leaf, proof.Size, Hashes(proof.Hashes), new Digest(proof.Root.Span));
        return new Answer(holds ? ExitCode.Intact : ExitCode.Altered, ToJson(proof, leaf, holds), console => Show(console, proof, holds));
    }

    private static async Task<Answer> ConsistencyAsync(Session session, ulong since, CancellationToken ct)
    {
        var request = new GetConsistencyProofRequest { Log = session.Get(Log), OldSize = since, NewSize = session.Get(Size) };
        var proof = await session.Client.ReadAsync(token => session.Client.Audit.GetConsistencyProofAsync(request, cancellationToken: token).ResponseAsync, ct);
        var holds = Core.Log.ConsistencyProof.Verify(
            proof.OldSize, new Digest(proof.OldRoot.Span), proof.NewSize, new Digest(proof.NewRoot.Span), Hashes(proof.Hashes));
        return new Answer(holds ? ExitCode.Intact : ExitCode.Altered, ToJson(proof, holds), console => Show(console, proof, holds));
    }

    private static List<Digest> Hashes(IEnumerable<ByteString> hashes) => [.. hashes.Select(h => new Digest(h.Span))];

    private static JsonObject ToJson(InclusionProof proof, Digest leaf, bool holds) => new()
    {
        ["log"] = proof.Log,
        ["leaf"] = proof.Leaf,
        ["leafHash"] = leaf.ToString(),
        ["size"] = proof.Size,
        ["root"] = JsonText.Hex(proof.Root),
        ["hashes"] = JsonText.Array(proof.Hashes.Select(h => (JsonNode?)JsonText.Hex(h))),
        ["checkpoint"] = proof.Checkpoint.Length == 0 ? null : proof.Checkpoint,
        ["holds"] = holds,
    };

    private static JsonObject ToJson(ConsistencyProof proof, bool holds) => new()
    {
        ["log"] = proof.Log,
        ["oldSize"] = proof.OldSize,
        ["oldRoot"] = JsonText.Hex(proof.OldRoot),
        ["newSize"] = proof.NewSize,
        ["newRoot"] = JsonText.Hex(proof.NewRoot),
        ["hashes"] = JsonText.Array(proof.Hashes.Select(h => (JsonNode?)JsonText.Hex(h))),
        ["holds"] = holds,
    };

    private static void Show(IAnsiConsole console, InclusionProof proof, bool holds)
    {
        console.WriteLine($"leaf {proof.Leaf} of {proof.Size} in {proof.Log}, root {JsonText.Hex(proof.Root)}");
        foreach (var hash in proof.Hashes) console.WriteLine($"  {JsonText.Hex(hash)}");
        if (proof.Checkpoint.Length > 0) console.WriteLine(proof.Checkpoint);
        console.WriteLine(holds ? "computed here from the seal: the record is in the tree of that root" : "computed here from the seal: it does NOT lead to that root");
    }

    private static void Show(IAnsiConsole console, ConsistencyProof proof, bool holds)
    {
        console.WriteLine($"{proof.Log}: {proof.OldSize} leaves, root {JsonText.Hex(proof.OldRoot)}");
        foreach (var hash in proof.Hashes) console.WriteLine($"  {JsonText.Hex(hash)}");
        console.WriteLine($"{proof.NewSize} leaves, root {JsonText.Hex(proof.NewRoot)}");
        console.WriteLine(holds ? "computed here: the smaller tree was only appended to" : "computed here: the proof does NOT hold");
    }
}
