using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Evidence.Core.Log;

namespace Evidence.Core.Hashing;

/// <summary>Sends messages of different lengths through the lanes: a lane takes the next message as soon as its own ends.</summary>
internal unsafe ref struct LaneRun(LaneSha256 way, byte* bytes, ReadOnlySpan<MessageRange> messages, Span<Digest> digests, byte? prefix)
{
    private const int Alignment = 64;

    private readonly ReadOnlySpan<MessageRange> _messages = messages;
    private readonly Span<Digest> _digests = digests;
    private readonly int _lanes = way.Lanes; // asked for once: for short messages it shows
    private LongMessages _long = new(way, messages, prefix);
    private int _next;

    /// <summary>Hashes all of them.</summary>
    [SkipLocalsInit]
    internal void Run()
    {
        var lanes = stackalloc Lane[LaneSha256.MostLanes];
        var memory = stackalloc byte[Alignment + (LaneSha256.MostLanes * (Lane.ScratchSize + (Sha256Words.StateWords * sizeof(uint))))];
        var state = (uint*)(((nuint)memory + Alignment - 1) & ~(nuint)(Alignment - 1));
        var scratch = (byte*)(state + (LaneSha256.MostLanes * Sha256Words.StateWords));
        new Span<byte>(scratch, LaneSha256.MostLanes * Lane.ScratchSize).Clear(); // idle lanes go through it
        for (var i = 0; i < _lanes; i++) lanes[i].Init(scratch + (i * Lane.ScratchSize));
        Run(lanes, state);
    }

    private void Run(Lane* lanes, uint* state)
    {
        var blocks = stackalloc byte*[LaneSha256.MostLanes];
        var busy = 0;
        for (var i = 0; i < _lanes; i++)
            if (TryBegin(ref lanes[i], state + i)) busy++;
        while (busy > 0)
        {
            var count = long.MaxValue;
            for (var i = 0; i < _lanes; i++)
            {
                blocks[i] = lanes[i].Next;
                count = Math.Min(count, lanes[i].Blocks);
            }

            way.Compress(state, blocks, count);
            for (var i = 0; i < _lanes; i++)
                if (!lanes[i].Skip(count)) busy -= End(ref lanes[i], state + i);
        }
    }

    // How many lanes fewer are busy afterwards.
    private int End(ref Lane lane, uint* state)
    {
        var wasBusy = lane.Message >= 0;
        if (wasBusy) _digests[lane.Message] = Read(state);
        var isBusy = wasBusy && TryBegin(ref lane, state);
        if (!isBusy) lane.Park();
        return wasBusy && !isBusy ? 1 : 0;
    }

    private bool TryBegin(ref Lane lane, uint* state)
    {
        if (!TryNext(out var message)) return false;
        for (var word = 0; word < Sha256Words.StateWords; word++) state[word * _lanes] = Sha256Words.Initial[word];
        lane.Begin(message, bytes + _messages[message].Offset, _messages[message].Length, prefix);
        return true;
    }

    // Long messages first, so that none is left to go through one lane alone in the end.
    private bool TryNext(out int message)
    {
        while (_long.TryTake(out message, out var alone))
        {
            if (!alone) return true;
            var data = new ReadOnlySpan<byte>(bytes + _messages[message].Offset, _messages[message].Length);
            _digests[message] = prefix is null ? Digest.Of(data) : MerkleTree.LeafHash(data);
        }

        while (_next < _messages.Length)
        {
            message = _next++;
            if (!_long.IsLong(_messages[message])) return true;
        }

        return false;
    }

    private readonly Digest Read(uint* state)
    {
        Digest digest;
        var words = (uint*)&digest;
        for (var word = 0; word < Sha256Words.StateWords; word++) words[word] = BinaryPrimitives.ReverseEndianness(state[word * _lanes]);
        return digest;
    }
}
