using System.Buffers.Binary;
using System.Text;
using Evidence.Core;
using Evidence.Ledger.Contract;

namespace Evidence.Ledger.State;

/// <summary>What the contract holds, read out of its proven storage. The slots are those of EvidenceAnchor.sol, whose code is proven to be there with them.</summary>
internal sealed class ProvenView(ProvenStorage storage) : IAnchorView
{
    private const ulong OperatorSlot = 0, SuccessorSlot = 1, PredecessorSlot = 2, OriginSlot = 3, AnchorsSlot = 4, SlotsOfAnchor = 2;

    private static readonly StorageSlot Logs = StorageSlot.At(6), Replicas = StorageSlot.At(9), Attested = StorageSlot.At(10);

    public async Task<LedgerLog?> LogAsync(Digest logId)
    {
        var log = Logs.Of(logId);
        var words = await storage.ReadAsync([log.Plus(OperatorSlot), log.Plus(SuccessorSlot), log.Plus(PredecessorSlot), log.Plus(OriginSlot), log.Plus(AnchorsSlot)]);
        // From the right: 20 bytes operator, 8 bytes revision, 1 byte closed.
        var operatorAddress = words[0][12..];
        if (!operatorAddress.AsSpan().ContainsAnyExcept((byte)0)) return null;
        return new LedgerLog(logId, AccountAddress.Format(operatorAddress), await TextAsync(log.Plus(OriginSlot), words[3]), Number(words[4]))
        {
            Successor = words[0][3] == 0 ? null : new Digest(words[1]),
            Predecessor = new Digest(words[2]) is var predecessor && predecessor == default ? null : await EndOfAsync(predecessor),
        };
    }

    public async Task<ulong> CountAsync(Digest logId) => Number((await storage.ReadAsync([Logs.Of(logId).Plus(AnchorsSlot)]))[0]);

    public async Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count)
    {
        var all = await CountAsync(logId);
        if (from >= all) return [];
        var first = Logs.Of(logId).Plus(AnchorsSlot).Items;
        var wanted = Math.Min((ulong)count, all - from);
        List<StorageSlot> slots = [];
        for (var i = from; i < from + wanted; i++) slots.AddRange([first.Plus(SlotsOfAnchor * i), first.Plus((SlotsOfAnchor * i) + 1)]);
        var words = await storage.ReadAsync(slots);
        return [.. words.Chunk((int)SlotsOfAnchor).Select(static pair => new LedgerAnchor(Number(pair[0]), new Digest(pair[1]), Number(pair[0], 1), BlockTime.Of(Number(pair[0], 2))))];
    }

    public async Task<IReadOnlyList<LedgerAttestation>> AttestationsAsync(Digest logId, int from)
    {
        var list = Replicas.Of(logId);
        var all = (int)Math.Min(int.MaxValue, Number((await storage.ReadAsync([list]))[0]));
        var indexes = Enumerable.Range(from, Math.Clamp(all - from, 0, AnchorContract.MaxPage)).ToList();
        var replicas = (await storage.ReadAsync([.. indexes.Select(index => list.Items.Plus((ulong)index))])).Select(static word => word[12..]).ToList();
        var held = await storage.ReadAsync([.. replicas.Select(Attested.Of(logId).Of)]);
        return [.. replicas.Zip(held, static (replica, word) => new LedgerAttestation(AccountAddress.Format(replica), Number(word), Number(word, 1), BlockTime.Of(Number(word, 2))))];
    }

    private async Task<LedgerPredecessor> EndOfAsync(Digest logId)
    {
        var count = await CountAsync(logId);
        return count > 0 && await AnchorsAsync(logId, count - 1, 1) is [var last] ? new LedgerPredecessor(logId, last.Size, last.Root) : new LedgerPredecessor(logId, 0, default);
    }

    /// <summary>A text of at most 31 bytes stands in its slot, with twice its length in the last byte; of a longer one the slot holds twice the length and one.</summary>
    private async Task<string> TextAsync(StorageSlot slot, byte[] word)
    {
        if ((word[^1] & 1) == 0) return Encoding.UTF8.GetString(word, 0, word[^1] / 2);
        var length = (int)(Number(word) / 2); // the contract takes at most 255 bytes
        var slots = Enumerable.Range(0, (length + 31) / 32).Select(index => slot.Items.Plus((ulong)index));
        return Encoding.UTF8.GetString([.. (await storage.ReadAsync([.. slots])).SelectMany(static part => part).Take(length)]);
    }

    /// <summary>One of the 64-bit numbers that stand in a word, counted from its right end.</summary>
    private static ulong Number(byte[] word, int index = 0) => BinaryPrimitives.ReadUInt64BigEndian(word.AsSpan(24 - (8 * index)));
}
