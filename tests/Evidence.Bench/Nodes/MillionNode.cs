using Evidence.Bench.Load;

namespace Evidence.Bench.Nodes;

/// <summary>A node that holds a million records of 1 KiB; several goals need it.</summary>
internal sealed class MillionNode : IAsyncDisposable
{
    /// <summary>How many records it is filled with.</summary>
    internal const int Records = 1_000_000;

    private const int Step = 100_000;

    private MillionNode(BenchNode node, IReadOnlyList<double> rates) => (Node, Rates) = (node, rates);

    /// <summary>The node; it does not run.</summary>
    internal BenchNode Node { get; }

    /// <summary>Records a second of each tenth of the filling.</summary>
    internal IReadOnlyList<double> Rates { get; }

    /// <summary>Number of the next record that is made for it.</summary>
    internal int Next { get; set; } = Records;

    /// <summary>Fills a fresh node and stops it.</summary>
    internal static async Task<MillionNode> FillAsync(BenchContext context, CancellationToken ct)
    {
        var node = await BenchNode.StartAsync(context, "filling with 1,000,000 records", ct);
        try
        {
            await using var client = node.Connect();
            var rates = new List<double>();
            for (var first = 0; first < Records; first += Step)
            {
                rates.Add(Step / await context.SecondsAsync(() => SmallRecords.StreamAsync(client, first, Step, ct)));
                context.Say($"{first + Step:N0} records of 1 KiB, {rates[^1]:N0} a second");
            }
            await node.StopAsync(ct);
            return new MillionNode(node, rates);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
