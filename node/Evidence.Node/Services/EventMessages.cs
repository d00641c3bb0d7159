using Evidence.Core.Events;
using Evidence.Core.Log;
using Evidence.Node.Events;
using Evidence.Storage;
using Evidence.V1;
using Google.Protobuf;

namespace Evidence.Node.Services;

/// <summary>Events and entries as messages of the wire contract.</summary>
internal static class EventMessages
{
    private const int MaxPiece = 1 << 20;

    internal static Event Of(ToldEvent told)
    {
        var one = told.Event;
        var message = new Event
        {
            Id = told.Id,
            Type = one.Type,
            TimeUnixMs = one.Time.ToUnixTimeMilliseconds(),
            Agent = one.Agent,
            Outcome = EventJson.NameOf(one.Outcome),
            Detail = one.Detail,
            Count = one.Count,
            Log = told.Log,
            Leaf = told.Leaf,
            RestsOn = told.RestsOn,
        };
        foreach (var objects in one.Objects)
        {
            var named = new V1.EventObjects { LogId = ByteString.CopyFrom(objects.Log.ToArray()) };
            named.Leaves.AddRange(objects.Leaves.Select(static range => new V1.LeafRange { From = range.From, To = range.To }));
            message.Objects.Add(named);
        }

        return message;
    }

    /// <summary>The entries of a log, in pieces that every client takes.</summary>
    internal static IEnumerable<ReadEntriesResponse> Pieces(LogStore log, ulong from, ulong to)
    {
        var (piece, bytes) = (new ReadEntriesResponse(), 0);
        for (var leaf = from; leaf < to;)
        {
            var bundle = EntryBundle.Parse(log.ReadTile(TileId.EntryBundleOf(leaf, to)));
            for (var at = (int)(leaf % TileId.FullWidth); at < bundle.Count && leaf < to; at++, leaf++)
            {
                piece.Entries.Add(ByteString.CopyFrom(bundle[at].Span));
                if ((bytes += bundle[at].Length) < MaxPiece) continue;
                yield return piece;
                (piece, bytes) = (new ReadEntriesResponse(), 0);
            }
        }

        if (piece.Entries.Count > 0) yield return piece;
    }
}
