using Evidence.Core.Verification;
using Evidence.Node.Replication;
using Grpc.Core;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>Tries one peer after the other for one repair, and remembers what was wrong with each copy.</summary>
internal sealed class CopyAttempts(string subject)
{
    private readonly List<Finding> _findings = [];
    private int _unseen;
    private int _unproven;

    /// <summary>Takes the first copy that proves.</summary>
    /// <param name="sources">Where copies can be had.</param>
    /// <param name="attempt">Repairs from a peer; fails with a reason (not done) when its copy does not prove.</param>
    /// <param name="ct">Ends the repair.</param>
    internal async Task<RepairResult> RunAsync(PeerSources sources, Func<IPeer, Task<RepairResult>> attempt, CancellationToken ct)
    {
        RepairResult? done = null;
        await VisitAsync(sources, async peer =>
        {
            if (done is not null) return;
            var result = await attempt(peer);
            if (result.Done) done = result;
            else if (result.IsUnproven) Unproven(peer.Name, result.Text);
            else Wrong(peer.Name, result.Text);
        }, ct);
        return done ?? Conclude();
    }

    /// <summary>Visits every peer that holds a copy.</summary>
    internal async Task VisitAsync(PeerSources sources, Func<IPeer, Task> visit, CancellationToken ct)
    {
        foreach (var (peer, reason) in sources.PassedOver) Unseen(peer, reason);
        foreach (var peer in sources.Holding)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                await visit(peer);
            }
            catch (PeerUnreachableException e)
            {
                Unseen(peer.Name, e.Message);
            }
            catch (PeerUntrueException e) when (e.InnerStatus is not (StatusCode.OK or StatusCode.NotFound or StatusCode.OutOfRange))
            {
                Unseen(peer.Name, e.Message); // it refused: what it holds was not seen
            }
            catch (PeerUntrueException e)
            {
                Wrong(peer.Name, e.Message);
            }
        }
    }

    private void Wrong(string peer, string reason) =>
        _findings.Add(new Finding(FindingCodes.PeerWrong, Severity.Warning, Layer.Storage, $"{subject} on {peer}", $"The copy of {peer} does not prove: {reason}"));

    private void Unproven(string peer, string reason)
    {
        _unproven++;
        _findings.Add(new Finding(FindingCodes.LogProofMissing, Severity.Warning, Layer.Storage, $"{subject} on {peer}", $"The copy of {peer} could be neither proven nor refuted: {reason}"));
    }

    private void Unseen(string peer, string reason) => Unseen(new Finding(FindingCodes.PeerUnreachable, Severity.Warning, Layer.Storage, $"{subject} on {peer}", reason));

    /// <summary>Notes a source that may hold a copy and could not be asked.</summary>
    internal void Unseen(Finding finding)
    {
        _unseen++;
        _findings.Add(finding);
    }

    /// <summary>Unrecoverable is said only when every copy was seen and is wrong.</summary>
    internal RepairResult Conclude()
    {
        if (_unseen > 0)
            return RepairResult.Failed($"Not repaired: {_unseen} of {_findings.Count} sources could not be asked, and no other copy proves. It is tried again with the next sweep.", _findings);
        if (_unproven > 0)
            return RepairResult.Failed($"Not repaired: what is left of the log does not say which bytes are right, so {_unproven} of {_findings.Count} copies could be neither proven nor refuted. It is tried again with the next sweep.", _findings);
        var told = _findings.Count == 0 ? "No peer holds a copy." : $"None of {_findings.Count} other copies proves.";
        var message = $"UNRECOVERABLE: {told} Nothing was overwritten.";
        return RepairResult.Failed(message, [.. _findings, new Finding(FindingCodes.Unrecoverable, Severity.Error, Layer.Storage, subject, message)]);
    }
}
