using System.Text;
using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Storage;
using Grpc.Core;

namespace Evidence.Node.Replication;

/// <summary>Cosigns, as a witness (C2SP tlog-cosignature), each checkpoint of a mirrored log that is anchored, or is to be once mirrors have cosigned it, and that this node has recomputed, and hands the cosignature in.</summary>
internal sealed partial class Witness(Cosigner cosigner, AnchorBook anchors, TimeProvider time, ILogger<Witness> logger)
{
    private readonly Dictionary<string, State> _states = [];
    private readonly Lock _gate = new();

    internal async Task CosignAsync(IPeer peer, LogStore mirror, CancellationToken ct)
    {
        var state = await StateOfAsync(peer, mirror, ct);
        var contiguous = true;
        foreach (var payload in mirror.Anchors.Read(state.Anchors))
        {
            if (Read(payload) is { } proof)
            {
                // Newer than what was mirrored, or than what the ledger was last asked: the next round sees it.
                if (proof.Size > mirror.Size || proof.Size > anchors.NewestSize(mirror.Keys.LogId)) break;
                if (!state.Cosigned.ContainsKey(proof.Size)) await CosignAsync(mirror, proof, state, ct);
            }
            else contiguous = false; // damaged: looked at again until the sweep has mended it
            if (contiguous) state.Anchors++;
        }
        await HandInAsync(peer, mirror, state, ct);
    }

    private async Task HandInAsync(IPeer peer, LogStore mirror, State state, CancellationToken ct)
    {
        foreach (var (size, note) in state.Cosigned.Where(entry => !state.HandedIn.Contains(entry.Key)).ToList())
            if (await HandInAsync(peer, mirror.Origin, note, ct)) state.HandedIn.Add(size);
    }

    /// <summary>Cosigns a checkpoint that is to be anchored once enough mirrors hold it, if this one does, and hands the cosignature in.</summary>
    /// <exception cref="PeerUntrueException">The peer's log is another one at that size.</exception>
    internal async Task CosignCandidateAsync(IPeer peer, LogStore mirror, PeerCheckpoint candidate, CancellationToken ct)
    {
        var (size, root) = (candidate.Checkpoint.Size, candidate.Checkpoint.Root);
        if (size > mirror.Size) return; // its volumes come with the next round
        if (mirror.RootAt(size) is var held && held != root)
            throw new PeerUntrueException(peer.Name, $"it wants another tree of {size} leaves anchored than the one that it gave.", held.ToString(), root.ToString());
        var state = await StateOfAsync(peer, mirror, ct);
        if (!state.Cosigned.ContainsKey(size)) await CosignAsync(mirror, candidate.Note, size, state, ct);
        await HandInAsync(peer, mirror, state, ct);
    }

    private async Task CosignAsync(LogStore mirror, AnchorProof proof, State state, CancellationToken ct)
    {
        if (mirror.RootAt(proof.Size) != proof.Root || !anchors.Holds(mirror.Keys.LogId, proof.Size, proof.Root)) return;
        await CosignAsync(mirror, SignedNote.Parse(proof.Checkpoint), proof.Size, state, ct);
    }

    private async Task CosignAsync(LogStore mirror, SignedNote signed, ulong size, State state, CancellationToken ct)
    {
        if (mirror.Keys.SignerOf(signed, size) is not { } key) return;
        var byLog = signed.Signatures.Where(signature => signature.Name == key.Name && signature.KeyId == key.KeyId);
        var note = new SignedNote(signed.Text, [.. byLog, cosigner.Cosign(signed.Text, time.GetUtcNow())]);
        var entry = CosignatureEntry.Of(note, mirror.Keys);
        // Kept before it is handed in: if we were to crash in between, the next round would hand in the same cosignature, not another one.
        await mirror.Cosignatures.AppendAsync(entry.Encode(), ct);
        state.Cosigned[size] = note;
    }

    private async Task<bool> HandInAsync(IPeer peer, string origin, SignedNote note, CancellationToken ct)
    {
        try
        {
            await peer.AddCosignatureAsync(origin, Encoding.UTF8.GetBytes(note.Encode()), ct);
            return true;
        }
        catch (PeerUntrueException e) when (e.InnerStatus is StatusCode.NotFound)
        {
            LogRefused(peer.Name, e.Message); // the peer does not count on this witness: no lie, and no reason to ask for ever
            return true;
        }
    }

    private async Task<State> StateOfAsync(IPeer peer, LogStore mirror, CancellationToken ct)
    {
        lock (_gate)
            if (_states.TryGetValue(mirror.Origin, out var known)) return known;
        var state = new State();
        foreach (var payload in mirror.Cosignatures.Read(0))
            if (ReadOwn(payload, mirror.Keys) is { } entry) state.Cosigned[entry.Checkpoint.Size] = entry.Note;
        await foreach (var payload in peer.ReadProofsAsync(mirror.Origin, ProofKind.Cosignatures, 0, ct).Take(ProofLimits.Of(ProofKind.Cosignatures, mirror.Size)))
            if (ReadOwn(payload.Span, mirror.Keys) is { } entry) state.HandedIn.Add(entry.Checkpoint.Size);
        lock (_gate) _states[mirror.Origin] = state;
        return state;
    }

    private static AnchorProof? Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            return AnchorEntry.Parse(payload);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private CosignatureEntry? ReadOwn(ReadOnlySpan<byte> payload, LogKeyHistory log)
    {
        try
        {
            var entry = CosignatureEntry.Parse(payload, log);
            return entry.Note.CosignedAt(cosigner.Key) is null ? null : entry;
        }
        catch (FormatException)
        {
            return null; // damaged: the sweep reports it; a checkpoint that seems not to be cosigned is cosigned again
        }
    }

    /// <summary>What has been done for one log; the files say the same, this only saves reading them each round.</summary>
    private sealed class State
    {
        internal long Anchors { get; set; }

        internal SortedDictionary<ulong, SignedNote> Cosigned { get; } = [];

        internal HashSet<ulong> HandedIn { get; } = [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} does not take this node's cosignatures: {Reason}")]
    private partial void LogRefused(string peer, string reason);
}
