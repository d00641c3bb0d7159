using System.Security.Cryptography;
using Evidence.Core.Notes;
using Evidence.Node.Anchoring;
using Evidence.Node.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Nodes;

/// <summary>A witness that cosigns whatever a node has anchored, as another node would after it verified it.</summary>
internal sealed class TestWitness
{
    private readonly Cosigner _cosigner = new("witness.test", RandomNumberGenerator.GetBytes(32));

    internal string Key => _cosigner.Key.ToString();

    /// <summary>Cosigns every anchor of the node's own log, of at least <paramref name="from"/> leaves, that the witness has not cosigned, and hands the cosignatures in.</summary>
    internal async Task CosignAsync(TestNode node, ulong from = 0)
    {
        var log = node.Logs.Own;
        var history = node.Services.GetRequiredService<AnchorHistories>().Of(log);
        var done = log.Cosignatures.Read().Select(line => CosignatureEntry.Parse(line, log.Keys).Note.Text).ToHashSet();
        foreach (var anchor in history.Current.Where(a => a.Size >= from))
        {
            var note = SignedNote.Parse(history.Read(anchor)!.Checkpoint);
            if (!done.Add(note.Text)) continue;
            var cosigned = note.With(_cosigner.Cosign(note.Text, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)));
            await log.Cosignatures.AppendAsync(CosignatureEntry.Of(cosigned, log.Keys).Encode(), CancellationToken.None);
        }
    }
}
