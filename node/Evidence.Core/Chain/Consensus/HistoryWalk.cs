using System.Globalization;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// Follows a history of headers from the validators whom trust.json names: each header is sealed by those in force at its height, and who is in force follows from the votes
/// before it. Stops at the first header that does not hold, and then nothing of the history counts. All that it finds is a warning: a history only says who the validators
/// are, and no record is altered by that.
/// </summary>
internal sealed class HistoryWalk(TrustedChain chain)
{
    private readonly FindingList _list = new(Layer.Ledger), _checks = new(Layer.Ledger);
    private readonly List<(ulong From, ValidatorSet Set)> _sets = [];
    private readonly SortedList<ulong, BlockHeader> _headers = [];
    private HistoryRun _run = HistoryRun.Of(chain, new FindingList(Layer.Ledger));
    private VoteTally? _tally;
    private BlockHeader? _last;
    private byte[] _lastHash = [];
    private bool _beginsUnnamed;

    internal ProvenValidators Run(IReadOnlyList<byte[]> headers)
    {
        if (headers.All(Take)) EndRun();
        if (headers.Count == 0) Broken("header", "It holds no header.");
        return new ProvenValidators(chain, _list.Findings, _sets, _headers);
    }

    private bool Take(byte[] encoded)
    {
        if (Read(encoded) is not { } header || !TryPlace(header) || _tally is not { } tally) return false;
        var set = tally.Set;
        if (ValidatorSet.At(chain, header.Number) is { } named && !named.IsSameAs(set.Addresses))
            return Fault(FindingCodes.HistoryDiffers, $"validators of block {Number(header)}", "trust.json names others than those who follow from the history of headers.", named.ToString(), set.ToString());
        var vote = _run.Take(header, set);
        if (_checks.Findings is [var fault, ..]) return Fault(CodeOf(fault), fault.Subject, fault.Message, fault.Expected, fault.Actual);
        _headers.Add(header.Number, header);
        (_last, _lastHash) = (header, BlockHash.Of(header, chain.Consensus));
        return Count(vote, header, tally);
    }

    private BlockHeader? Read(byte[] encoded)
    {
        try
        {
            var header = BlockHeader.Parse(encoded);
            // Throws where the extra data is not of the consensus: without it there is no hash.
            _ = BlockHash.Of(header, chain.Consensus);
            return header;
        }
        catch (FormatException e)
        {
            Broken("header", $"It could not be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Whether the header follows the one before it, or begins another run.</summary>
    private bool TryPlace(BlockHeader header)
    {
        if (_last is { } last && header.Number <= last.Number) return Broken($"block {Number(header)}", "It is not behind the one before it.", $"more than {Number(last)}", Number(header));
        if (_last?.Number + 1 != header.Number) return EndRun() && Begin(header);
        return header.ParentHash.AsSpan().SequenceEqual(_lastHash) || Broken($"block {Number(header)}", "It does not follow the one before it.", Hex.Of(_lastHash), Hex.Of(header.ParentHash));
    }

    private bool EndRun() =>
        _run.IsFinal || Fault(FindingCodes.HistoryUnsealed, "run of headers", "Fewer signers have built on a change of the signers, or on a checkpoint, than are more than half of those who were in force there.", null, _last is null ? null : $"up to block {Number(_last)}");

    /// <summary>Begins a run with those who were last known to be in force: named by trust.json at or below its height, or left by the run before.</summary>
    private bool Begin(BlockHeader header)
    {
        var latest = chain.Validators.Where(range => range.From <= header.Number && !(range.From <= _last?.Number)).MaxBy(static range => range.From);
        if ((latest is null ? _tally?.Set : ValidatorSet.Of(latest).Proven()) is not { } set) return Broken($"block {Number(header)}", "trust.json names no validators at its height or below.");
        var isNamed = ValidatorSet.At(chain, header.Number) is not null;
        _run = HistoryRun.Of(chain, _checks);
        if (!_run.MayBegin(header, isNamed))
            return Broken($"block {Number(header)}", $"Votes may stand there already that are not in the history: a run begins at a multiple of the epoch of {chain.Epoch.ToString(CultureInfo.InvariantCulture)}, or right behind one where trust.json names the signers.");
        _tally = new VoteTally(set, keepsIdleVotes: ConsensusNames.HasCommitSeals(chain.Consensus));
        _sets.Add((header.Number, set));
        _beginsUnnamed = !isNamed;
        return true;
    }

    private bool Count(ValidatorVote? vote, BlockHeader header, VoteTally tally)
    {
        var before = tally.Set;
        if (_beginsUnnamed) _run.MustBeBuiltOn(before);
        _beginsUnnamed = false;
        if (header.Number % chain.Epoch == 0) tally.Reset();
        else if (vote is { } cast && tally.Cast(cast))
        {
            if (tally.Set.Count == 0) return Broken($"block {Number(header)}", "With the vote in it there would be no validators.");
            _sets.Add((header.Number + 1, tally.Set));
            _run.MustBeBuiltOn(before);
        }

        return true;
    }

    /// <summary>The history has codes of its own: what is wrong with it is not wrong with the anchor.</summary>
    private static string CodeOf(Finding finding) => finding.Code switch
    {
        FindingCodes.ValidatorsDiffer => FindingCodes.HistoryDiffers,
        FindingCodes.ValidatorsInContract => FindingCodes.ValidatorsInContract,
        _ => FindingCodes.HistoryUnsealed,
    };

    private bool Broken(string subject, string message, string? expected = null, string? actual = null) => Fault(FindingCodes.HistoryBroken, subject, message, expected, actual);

    private bool Fault(string code, string subject, string message, string? expected = null, string? actual = null)
    {
        _list.Warning(code, $"history, {subject}", $"The history of headers proves nothing: {message}", expected, actual);
        return false;
    }

    private static string Number(BlockHeader header) => header.Number.ToString(CultureInfo.InvariantCulture);
}
