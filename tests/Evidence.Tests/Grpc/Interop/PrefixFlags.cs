using System.Buffers.Binary;

namespace Evidence.Tests.Grpc.Interop;

/// <summary>Reads out of a body as it passes which of its messages are compressed.</summary>
internal sealed class PrefixFlags
{
    private readonly byte[] _prefix = new byte[5];
    private int _known;
    private long _skip;

    /// <summary>One for each message that has begun.</summary>
    public List<bool> Compressed { get; } = [];

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var skipped = (int)Math.Min(_skip, bytes.Length);
            _skip -= skipped;
            bytes = bytes[skipped..];
            var taken = Math.Min(_prefix.Length - _known, bytes.Length);
            bytes[..taken].CopyTo(_prefix.AsSpan(_known));
            _known += taken;
            bytes = bytes[taken..];
            if (_known < _prefix.Length)
                continue;
            Compressed.Add(_prefix[0] == 1);
            (_known, _skip) = (0, BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1)));
        }
    }
}
