using System.Globalization;
using Evidence.Core;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger;

/// <summary>
/// What the consortium decides on the ledger, and what it has decided. Each call approves as one member, waits until a block holds the
/// approval, and is in force when the threshold of members has made the identical call.
/// </summary>
/// <remarks>Every call may throw what <see cref="ILedger"/> names, and <see cref="LedgerRejectedException"/> when the contract refuses.</remarks>
/// <param name="ledger">The ledger, with a contract.</param>
public sealed class Consortium(LedgerClient ledger)
{
    /// <summary>Approves that <paramref name="operatorAddress"/> anchors a log that is not registered yet.</summary>
    /// <param name="member">Key of the member.</param>
    /// <param name="logId">The log's id: SHA-256 of its verifier key text.</param>
    /// <param name="operatorAddress">Address that may anchor, hex with 0x.</param>
    /// <param name="origin">Name of the log.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<LedgerApproval> RegisterLogAsync(OperatorKey member, Digest logId, string operatorAddress, string origin, CancellationToken ct) =>
        ledger.ApproveAsync(member, ConsortiumContract.RegisterLog(logId, AccountAddress.Parse(operatorAddress), origin), ct);

    /// <summary>Approves that <paramref name="operatorAddress"/> anchors the log from now on, and its present operator no longer.</summary>
    public Task<LedgerApproval> RotateOperatorAsync(OperatorKey member, Digest logId, string operatorAddress, CancellationToken ct) =>
        ledger.ApproveAsync(member, ConsortiumContract.RotateOperator(logId, AccountAddress.Parse(operatorAddress)), ct);

    /// <summary>Approves that the log is closed for ever at its last anchor, and that a successor is registered which goes on after it.</summary>
    /// <param name="member">Key of the member.</param>
    /// <param name="logId">The log that ends.</param>
    /// <param name="last">Its last anchor, which the approval names; null for a log that was never anchored.</param>
    /// <param name="successor">Id of the log that goes on; it may not be registered yet.</param>
    /// <param name="operatorAddress">Address that may anchor the successor, hex with 0x.</param>
    /// <param name="origin">Name of the successor.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<LedgerApproval> CloseLogAsync(
        OperatorKey member, Digest logId, LedgerAnchor? last, Digest successor, string operatorAddress, string origin, CancellationToken ct) =>
        ledger.ApproveAsync(
            member, ConsortiumContract.CloseLog(logId, last?.Size ?? 0, last?.Root ?? default, successor, AccountAddress.Parse(operatorAddress), origin), ct);

    /// <summary>Approves that the consortium has exactly these members and this threshold from now on.</summary>
    public Task<LedgerApproval> ChangeAsync(OperatorKey member, IReadOnlyList<string> members, int threshold, CancellationToken ct) =>
        ledger.ApproveAsync(member, ConsortiumContract.ChangeConsortium(members.Select(AccountAddress.Parse), threshold), ct);

    /// <summary>Takes the member's approval of an open proposal back.</summary>
    /// <param name="member">Key of the member.</param>
    /// <param name="proposal">Id of the proposal, hex with 0x.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="FormatException">The id is not 32 bytes in hex with 0x.</exception>
    public Task<LedgerApproval> WithdrawAsync(OperatorKey member, string proposal, CancellationToken ct) =>
        ledger.ApproveAsync(member, ConsortiumContract.Withdraw(Hex.ParseData(proposal, 32)), ct);

    /// <summary>Who decides now.</summary>
    public async Task<LedgerConsortium> StateAsync(CancellationToken ct)
    {
        while (true)
        {
            var epoch = await ledger.ViewAsync(ConsortiumContract.Epoch, result => result.Uint64(0), ct);
            var threshold = await ledger.ViewAsync(ConsortiumContract.Threshold, result => result.Uint64(0), ct);
            var members = await ledger.ViewAsync(ConsortiumContract.Members, result => result.Addresses(0), ct);
            // Three questions are answered from perhaps three blocks: of one and the same consortium if its number has stayed.
            if (epoch == await ledger.ViewAsync(ConsortiumContract.Epoch, result => result.Uint64(0), ct))
                return new LedgerConsortium(epoch, int.Parse($"{threshold}", CultureInfo.InvariantCulture), members);
        }
    }

    /// <summary>All logs that were ever registered, in that order.</summary>
    public Task<IReadOnlyList<LedgerLog>> LogsAsync(CancellationToken ct) => PagesAsync(
        ConsortiumContract.Logs, log => ConsortiumContract.ReadLog(log) ?? throw new FormatException("A log is listed that is not registered."), ct);

    /// <summary>All proposals that were ever made, in that order.</summary>
    public Task<IReadOnlyList<LedgerProposal>> ProposalsAsync(CancellationToken ct) => PagesAsync(ConsortiumContract.Proposals, ConsortiumContract.ReadProposal, ct);

    private async Task<IReadOnlyList<T>> PagesAsync<T>(Func<int, byte[]> call, Func<Abi.AbiReader, T> read, CancellationToken ct)
    {
        List<T> all = [];
        IReadOnlyList<T> page;
        do all.AddRange(page = await ledger.ViewAsync<IReadOnlyList<T>>(call(all.Count), result => [.. result.Items(0, ConsortiumContract.Page).Select(read)], ct));
        while (page.Count == ConsortiumContract.Page);
        return all;
    }
}
