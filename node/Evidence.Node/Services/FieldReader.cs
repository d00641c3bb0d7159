using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Walks the fields of one protobuf message where it lies, for the few messages whose bytes are not to be copied.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private const int VarintBits = 64;
    private const uint FirstTag = 1 << 3; // there is no field 0
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Reads the next tag, field number and wire type.</summary>
    /// <returns>False at the end.</returns>
    internal bool Next(out uint tag)
    {
        tag = 0;
        if (_at == _bytes.Length) return false;
        var value = Varint();
        if (value is < FirstTag or > uint.MaxValue) throw Malformed();
        tag = (uint)value;
        return true;
    }

    /// <summary>Reads a number.</summary>
    internal ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < VarintBits; shift += 7)
        {
            if (_at == _bytes.Length) throw Malformed();
            var next = _bytes[_at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        throw Malformed();
    }

    /// <summary>Reads the length of a field, and says where its bytes lie.</summary>
    internal Range Bytes()
    {
        var length = Varint();
        if (length > (ulong)(_bytes.Length - _at)) throw Malformed();
        var range = _at..(_at + (int)length);
        _at = range.End.Value;
        return range;
    }

    /// <summary>Passes over a field that is not known here.</summary>
    internal void Skip(uint tag)
    {
        switch (tag & 7)
        {
            case 0: Varint(); break;
            case 1: Advance(sizeof(ulong)); break;
            case 2: Bytes(); break;
            case 5: Advance(sizeof(uint)); break;
            default: throw Malformed(); // groups, which proto3 does not have
        }
    }

    private void Advance(int count) => _at = count <= _bytes.Length - _at ? _at + count : throw Malformed();

    private static RpcException Malformed() => new(new Status(StatusCode.Internal, "A message is no record: it is not valid protobuf."));
}
