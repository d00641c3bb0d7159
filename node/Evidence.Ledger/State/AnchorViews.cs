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

    private string Contract => options.Contract ?? throw new InvalidOperationException("No contract address is configured.");

    /// <exception cref="LedgerException">It could not be asked, or the answers are false or contradict each other.</exception>
    internal async Task<(T Value, LedgerAssurance Rests)> ReadAsync<T>(Func<IAnchorView, Task<T>> read, CancellationToken ct)
    {
        var (value, rests) = await ProvenAsync(read, ct) is { } proven ? (proven.Value, LedgerAssurance.Proven) : await SaidAsync(read, ct);
        if (Interlocked.Exchange(ref _told, (int)rests) != (int)rests) LedgerLogMessages.AnswersRest(logger, rests);
        return (value, rests);
    }

    /// <summary>Takes note of a block that was proven otherwise: what is older is not taken for the state of the ledger.</summary>
    internal void Saw(ulong height) => _seen.Take(height);

    /// <summary>Null where the chain has no seals, or no endpoint gives proofs and none ever did: what once was proven is never merely believed.</summary>
    private async Task<Answer<T>?> ProvenAsync<T>(Func<IAnchorView, Task<T>> read, CancellationToken ct)
    {
        if (options.Trusted is not { Validators.Count: > 0 } trusted || trusted.Consensus == ConsensusNames.None) return null;
        if (_refused is { } refused && time.GetElapsedTime(refused.At) < AskAgainAfter) return null;
        try
        {
            await LookAsync(ct);
            var value = await pool.RunAsync(async endpoint => await read(await ViewAsync(endpoint, trusted, ct)), ct);
            _proves = true;
            return new Answer<T>(value);
        }
        catch (LedgerRejectedException e)
        {
            if (_proves) throw new LedgerUnreachableException($"What the ledger holds was proven before, and no endpoint proves it any more: {e.Message}", e);
            _refused = new Moment(time.GetTimestamp());
            return null;
        }
        catch (NotFinalException e)
        {
            throw new LedgerUnreachableException($"The ledger does not show yet what it will stand by: {e.Message}.", e);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        if (_looked is { } looked && time.GetElapsedTime(looked.At) < LookEvery) return;
        _looked = new Moment(time.GetTimestamp());
        await pool.PreferNewestAsync(ct);
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
        // The newest block that all of them have who are not far behind, and not behind what was taken before.
        var near = heads.Values.Where(head => head + EndpointPool.Lag >= heads.Values.Max()).Order().ToList();
        if (near.FindIndex(_seen.Take) is not (>= 0 and var at)) throw new LedgerUnreachableException($"The ledger's endpoints are behind: the newest block is {near[^1]}, and a later one was seen.");
        var height = near[at];
        var answers = await pool.AllAsync(endpoint => SaidAsync(endpoint, height, read, ct), ct, [.. heads.Keys]);
        var sides = answers.GroupBy(static answer => answer.Said).OrderByDescending(static side => side.Count()).ToList();
        if (sides.Count == 1) return (answers[0].Value, answers.Count > 1 ? LedgerAssurance.Agreed : LedgerAssurance.Believed);
        var contradiction = new LedgerMismatchException(
            $"what the endpoints say of the contract after block {height}", "the same from all", string.Join(" against ", sides.Select(static side => string.Join(", ", side.Select(static answer => answer.Endpoint.Url)))));
        if (sides[0].Count() == sides[1].Count()) throw contradiction;
        foreach (var lone in sides.Skip(1).SelectMany(static side => side))
        {
            lone.Endpoint.SetAside(contradiction.Message);
            LedgerLogMessages.EndpointFalse(logger, lone.Endpoint.Url, contradiction.Message);
        }

        return (sides[0].First().Value, LedgerAssurance.Agreed);
    }

    private async Task<(LedgerEndpoint Endpoint, Digest Said, T Value)> SaidAsync<T>(LedgerEndpoint endpoint, ulong height, Func<IAnchorView, Task<T>> read, CancellationToken ct)
    {
        var block = await endpoint.CallAsync("eth_getBlockByNumber", ct, Hex.Quantity(height), false);
        if (block.IsNull) throw new NotFinalException($"block {height} is not there");
        BlockJson.Header(block, options.Consensus);
        var view = new CalledView(endpoint, Contract, Hex.Quantity(height), ct);
        var value = await read(view);
        return (endpoint, Digest.Of([.. block.Bytes("hash", 32), .. view.Said.ToArray()]), value);
    }

    private sealed record Answer<T>(T Value);

    private sealed record Moment(long At);
}
