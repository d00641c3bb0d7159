using Evidence.Core;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Ledger.Capture;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;
using Microsoft.Extensions.Logging;

namespace Evidence.Ledger.State;

/// <summary>
/// Asks what the contract holds of a log, and says on what the answer rests: it is read out of state that the validators have sealed; where the chain has no
/// seals, or no endpoint proves state, the endpoints must agree; and where there is only one, it is believed.
/// </summary>
internal sealed class AnchorViews(EndpointPool pool, LedgerOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Pause after which endpoints that prove nothing are asked for proofs again.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>Pause between two looks for an endpoint that has seen more of the chain: one that proves may still withhold what is new.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly SeenHeight _seen = new(time);
    private volatile Moment? _looked;
    private volatile bool _proves;
    private volatile Moment? _refused;
    private int _told = -1;

    /// <summary>On what the last answer rested; null before the first.</summary>
    internal LedgerAssurance? Told => Volatile.Read(ref _told) is >= 0 and var told ? (LedgerAssurance)told : null;

    internal bool IsProvable => Sealed is not null;

    /// <summary>The chain, where its blocks are sealed by validators who are known.</summary>
    private TrustedChain? Sealed => options.Trusted is { Validators.Count: > 0 } trusted && trusted.Consensus != ConsensusNames.None ? trusted : null;

    private string Contract => options.Contract ?? throw new InvalidOperationException("No contract address is configured.");

    /// <exception cref="LedgerException">It could not be asked, or the answers are false or contradict each other.</exception>
    internal async Task<(T Value, LedgerAssurance Rests)> ReadAsync<T>(Func<IAnchorView, Task<T>> read, CancellationToken ct)
    {
        try
        {
            var (value, rests) = await ProvenAsync(read, ct) is { } proven ? (proven.Value, LedgerAssurance.Proven) : await SaidAsync(read, ct);
            if (Interlocked.Exchange(ref _told, (int)rests) != (int)rests) LedgerLogMessages.AnswersRest(logger, rests);
            return (value, rests);
        }
        catch (NotFinalException e)
        {
            throw new LedgerUnreachableException($"The ledger does not show yet what it will stand by: {e.Message}.", e);
        }
    }

    /// <summary>Takes note of a block that was proven otherwise: what is older is not taken for the state of the ledger.</summary>
    internal void Saw(ulong height) => _seen.Saw(height);

    /// <summary>Null where the chain has no seals, or no endpoint gives proofs and none ever did: what once was proven is never merely believed.</summary>
    private async Task<Answer<T>?> ProvenAsync<T>(Func<IAnchorView, Task<T>> read, CancellationToken ct)
    {
        if (Sealed is not { } trusted) return null;
        if (_refused is { } refused && time.GetElapsedTime(refused.At) < AskAgainAfter) return null;
        var isRefused = false;
        try
        {
            await LookAsync(trusted, ct);
            var value = await pool.RunAsync(async endpoint => await ReadAsync(await ViewAsync(endpoint, trusted, ct)), ct);
            _proves = true;
            return new Answer<T>(value);
        }
        catch (LedgerRejectedException e) when (_proves)
        {
            throw new LedgerUnreachableException($"What the ledger holds was proven before, and no endpoint proves it any more: {e.Message}", e);
        }
        catch (LedgerException) when (isRefused && !_proves)
        {
            // One that proves nothing is there. That others are silent or false must not stop what those who prove nothing can still agree on.
            _refused = new Moment(time.GetTimestamp());
            return null;
        }

        async Task<T> ReadAsync(ProvenView view)
        {
            try
            {
                return await read(view);
            }
            catch (RefusedException)
            {
                isRefused = true;
                throw;
            }
        }
    }

    /// <summary>Prefers the endpoint that proves the newest block. A head that is merely named decides nothing: whoever names one may prove an older state.</summary>
    private async Task LookAsync(TrustedChain trusted, CancellationToken ct)
    {
        if (_looked is { } looked && time.GetElapsedTime(looked.At) < LookEvery) return;
        _looked = new Moment(time.GetTimestamp());
        var heights = await pool.PreferNewestAsync(async (endpoint, limit) => (await ProvenBlock.FindAsync(endpoint, trusted, limit)).Header.Number, ct);
        // A block takes its time to go round: who is only that much behind is not refused.
        if (heights.Count > 0 && heights.Values.Max() is > EndpointPool.Lag and var newest) _seen.Saw(newest - EndpointPool.Lag);
    }

    private async Task<ProvenView> ViewAsync(LedgerEndpoint endpoint, TrustedChain trusted, CancellationToken ct)
    {
        var header = (await ProvenBlock.FindAsync(endpoint, trusted, ct)).Header;
        return _seen.Take(header.Number)
            ? new ProvenView(new ProvenStorage(endpoint, Contract, header, ct))
            : throw new NotFinalException($"{endpoint.Url} is behind: the newest block that it proves is {header.Number}, and a later one was seen");
    }

    private async Task<(T Value, LedgerAssurance Rests)> SaidAsync<T>(Func<IAnchorView, Task<T>> read, CancellationToken ct)
    {
        var heads = await pool.HeadsAsync(ct);
        if (heads.Count < 2) return (await pool.RunAsync(endpoint => read(new CalledView(endpoint, Contract, "latest", ct)), ct), LedgerAssurance.Believed);
        var height = HeightOf(heads);
        var answers = await pool.AllAsync(endpoint => SaidAsync(endpoint, height, read, ct), answers => answers.Count > 0 && IsMost(Sides(answers)[0], heads.Count), ct, [.. heads.Keys]);
        var sides = Sides(answers);
        if (!IsMost(sides[0], heads.Count)) throw Disagreement(sides, height, heads.Count);
        foreach (var lone in sides.Skip(1).SelectMany(static side => side))
        {
            var contradiction = Contradiction(sides, height);
            lone.Endpoint.SetAside(contradiction.Message);
            LedgerLogMessages.EndpointFalse(logger, lone.Endpoint.Url, contradiction.Message);
        }

        _seen.Take(height);
        return (sides[0].First().Value, LedgerAssurance.Agreed);
    }

    /// <summary>
    /// A block that more than half of the endpoints say they have, and not behind what was taken before. It is measured from the middle of the heads and not
    /// from the greatest, which is one endpoint's word.
    /// </summary>
    private ulong HeightOf(IReadOnlyDictionary<LedgerEndpoint, ulong> heads)
    {
        var ordered = heads.Values.OrderDescending().ToList();
        var middle = ordered[ordered.Count / 2];
        // The oldest that will do: all have it who are not far behind.
        var near = ordered.Where(head => head <= middle && middle - head <= EndpointPool.Lag).Order().ToList();
        return near.FindIndex(head => _seen.MayTake(head, ordered[0])) is >= 0 and var at
            ? near[at]
            : throw new LedgerUnreachableException($"The ledger's endpoints are behind, a later block was seen than most of them have: {string.Join(", ", heads.Select(static head => $"{head.Key.Url} is at block {head.Value}"))}.");
    }

    private async Task<Statement<T>> SaidAsync<T>(LedgerEndpoint endpoint, ulong height, Func<IAnchorView, Task<T>> read, CancellationToken ct)
    {
        var block = await endpoint.CallAsync("eth_getBlockByNumber", ct, Hex.Quantity(height), false);
        if (block.IsNull) throw new NotFinalException($"block {height} is not there");
        var header = BlockJson.Header(block, options.Consensus);
        if (header.Number != height) throw new LedgerMismatchException($"the block that {endpoint.Url} gives for height {height}", $"{height}", $"{header.Number}");
        // Block 0 is sealed by nobody; its hash is pinned.
        if (Sealed is { } trusted && height > 0) ProvenBlock.CheckSeals(header, trusted);
        var view = new CalledView(endpoint, Contract, Hex.Quantity(height), ct);
        var value = await read(view);
        return new Statement<T>(endpoint, Digest.Of([.. block.Bytes("hash", 32), .. view.Said.ToArray()]), value);
    }

    /// <summary>Those who say the same, the most first.</summary>
    private static List<IGrouping<Digest, Statement<T>>> Sides<T>(IReadOnlyList<Statement<T>> answers) => [.. answers.GroupBy(static answer => answer.Said).OrderByDescending(static side => side.Count())];

    private static bool IsMost<T>(IEnumerable<T> side, int of) => side.Count() * 2 > of;

    private static LedgerException Disagreement<T>(IReadOnlyList<IGrouping<Digest, Statement<T>>> sides, ulong height, int asked) => sides.Count > 1
        ? Contradiction(sides, height)
        : new LedgerUnreachableException($"Of {asked} ledger endpoints only {string.Join(", ", sides[0].Select(static answer => answer.Endpoint.Url))} said what holds after block {height}: too few to agree on it.");

    private static LedgerMismatchException Contradiction<T>(IReadOnlyList<IGrouping<Digest, Statement<T>>> sides, ulong height) => new(
        $"what the endpoints say of the contract after block {height}", "the same from most", string.Join(" against ", sides.Select(static side => string.Join(", ", side.Select(static answer => answer.Endpoint.Url)))));

    private sealed record Answer<T>(T Value);

    private sealed record Statement<T>(LedgerEndpoint Endpoint, Digest Said, T Value);

    private sealed record Moment(long At);
}
