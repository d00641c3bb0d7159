using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Grpc.Core;

namespace Evidence.Client.Auditing;

/// <summary>The tree that a node serves, tile by tile as proofs ask for them. Nothing of it is believed: whoever computes with it proves the outcome.</summary>
internal sealed class ServedTiles(EvidenceClient node, string origin)
{
    private const int MostKept = 1024; // far more than one proof needs; 8 KB each
    private readonly Dictionary<TileId, ReadOnlyMemory<byte>> _kept = [];

    /// <summary>How many tiles were fetched.</summary>
    internal int Fetched { get; private set; }

    /// <summary>Computes with the nodes of the tree of <paramref name="size"/> leaves; run again from its beginning whenever it needs a tile that is not here yet.</summary>
    /// <exception cref="MissingNodeException">The node does not have a tile, or too little of it.</exception>
    internal async Task<T> ReadAsync<T>(ulong size, Func<INodeSource, T> compute, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return compute(new TileNodeSource(size, Kept));
            }
            catch (TileWantedException e)
            {
                await FetchAsync(e.Tile, ct);
            }
        }
    }

    /// <summary>The root that the tiles give for the first <paramref name="size"/> leaves.</summary>
    internal Task<Digest> RootAsync(ulong size, ulong served, CancellationToken ct) => ReadAsync(served, nodes => TreeRoot.At(size, nodes), ct);

    /// <summary>Whether the tiles prove that the tree which the log signed begins with this one.</summary>
    internal Task<bool> LeadToAsync(ulong size, Digest root, Checkpoint signed, CancellationToken ct) => ReadAsync(
        signed.Size, nodes => ConsistencyProof.Verify(size, root, signed.Size, signed.Root, ConsistencyProof.Make(size, signed.Size, nodes)), ct);

    private ReadOnlyMemory<byte> Kept(TileId tile) => _kept.TryGetValue(tile, out var bytes) ? bytes : throw new TileWantedException(tile);

    private async Task FetchAsync(TileId tile, CancellationToken ct)
    {
        try
        {
            if (_kept.Count >= MostKept) _kept.Clear();
            var bytes = await node.ReadTileAsync(origin, tile, ct);
            Fetched++;
            if (bytes.Length != tile.Width * Digest.Size)
                throw new MissingNodeException(tile.Level * TileId.Height, tile.Index * TileId.FullWidth, $"tile {tile.Path} has {bytes.Length} bytes instead of {tile.Width * Digest.Size}.");
            _kept[tile] = bytes;
        }
        catch (RpcException e) when (e is not NodeUnreachableException && e.StatusCode is StatusCode.NotFound or StatusCode.DataLoss)
        {
            throw new MissingNodeException(tile.Level * TileId.Height, tile.Index * TileId.FullWidth, $"the node does not give tile {tile.Path}: {e.Status.Detail}", e);
        }
    }

    private sealed class TileWantedException(TileId tile) : Exception
    {
        internal TileId Tile => tile;
    }
}
