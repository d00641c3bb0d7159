using System.Globalization;
using Evidence.Core.Trust;

namespace Evidence.Core.Chain.Consensus;

/// <summary>Clique: a change needs every header from the checkpoint before it on, until more than half of those who were in force have built on it.</summary>
internal sealed class CliqueHistorySelection : HistorySelection
{
    private readonly List<(ulong Height, ulong From, ValidatorSet Set, HashSet<string> Builders)> _open = [];
    private ulong _checkpoint;

    private CliqueHistorySelection(TrustedChain chain, ulong first, HistorySpan start) : base(chain, first, start) => _checkpoint = first;

    internal static CliqueHistorySelection Make(TrustedChain chain)
    {
        var (last, epoch) = (LastOf(chain), EpochOf(chain));
        // Block 0 has no seal: there a history begins right behind it.
        var first = epoch > 0 && ValidatorSet.At(chain, epoch) is not null ? epoch : epoch + 1;
        if (first > last.To || ValidatorSet.At(chain, first) is null)
            throw new HistoryException(string.Create(CultureInfo.InvariantCulture, $"A Clique history begins at a checkpoint, a multiple of the epoch of {chain.Epoch}, and trust.json names no signers at {epoch} or right behind it: let its last range begin at block {epoch} or below, or end at block {epoch + chain.Epoch} or above."));
        return new CliqueHistorySelection(chain, first, new HistorySpan(first, Math.Max(first, last.From)));
    }

    private protected override IReadOnlyList<string>? Listed(BlockHeader header) => header.Number % Chain.Epoch == 0 ? CliqueSeal.Listed(header) : null;

    private protected override ValidatorVote? VoteIn(BlockHeader header) =>
        // To recover a key takes longer than all else; nobody votes on the address 0.
        header.Beneficiary.AsSpan().ContainsAnyExcept((byte)0) && CliqueSeal.SignerOf(header) is { } signer
            ? new ValidatorVote(signer, Hex.Of(header.Beneficiary), CliqueHistoryRun.IsToAdd(header)) : null;

    private protected override void Lapse(BlockHeader header)
    {
        base.Lapse(header);
        _checkpoint = header.Number;
    }

    private protected override void Counted(BlockHeader header, ValidatorVote vote, ValidatorSet before, bool changes)
    {
        if (changes) _open.Add((header.Number, _checkpoint, before, new(StringComparer.Ordinal)));
    }

    private protected override void Built(BlockHeader header)
    {
        if (_open.Count == 0 || CliqueSeal.SignerOf(header) is not { } signer) return;
        foreach (var change in _open)
        {
            if (!change.Set.Contains(signer) || !change.Builders.Add(signer) || change.Builders.Count < change.Set.Majority) continue;
            Add(change.From, header.Number);
        }

        _open.RemoveAll(static change => change.Builders.Count >= change.Set.Majority);
    }

    private protected override void CheckFinal()
    {
        if (_open is [var change, ..])
            throw new HistoryException(string.Create(CultureInfo.InvariantCulture, $"Fewer than {change.Set.Majority} of the {change.Set.Count} signers have built on block {change.Height}, which changes them: give the command again when there are more blocks, or end below with --to {change.Height - 1}."));
    }

    /// <summary>The next checkpoint.</summary>
    private protected override ulong RestartBehind(ulong height) => (height + Chain.Epoch - 1) / Chain.Epoch * Chain.Epoch;
}
