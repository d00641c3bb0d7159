using System.Buffers;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>
/// Reads whole records so that the bytes of their parts stay where the message was put, once, in memory that is used again. Whoever is done with
/// a record disposes its lease. Everything else about the messages is left to the generated code.
/// </summary>
internal sealed class WholeRecordReader
{
    private const uint Number = (ArchiveManyRequest.NumberFieldNumber << 3) | 0;
    private const uint Record = (ArchiveManyRequest.RecordFieldNumber << 3) | 2;
    private const uint Header = (ArchiveRecordRequest.HeaderFieldNumber << 3) | 2;
    private const uint Part = (ArchiveRecordRequest.PartsFieldNumber << 3) | 2;
    private const uint PartHeader = (WholePart.HeaderFieldNumber << 3) | 2;
    private const uint PartData = (WholePart.DataFieldNumber << 3) | 2;

    private readonly MessageSlabs _slabs = new();

    /// <summary>Reads a record that has a message to itself.</summary>
    internal ArchiveRecordRequest ReadRecord(DeserializationContext context)
    {
        var record = new ArchiveRecordRequest();
        using var lease = new Held(Keep(context, out var bytes));
        Merge(record, bytes);
        record.Lease = lease.GiveUp();
        return record;
    }

    /// <summary>Reads a record of a stream.</summary>
    internal ArchiveManyRequest ReadNumbered(DeserializationContext context)
    {
        var request = new ArchiveManyRequest();
        using var lease = new Held(Keep(context, out var bytes));
        var fields = new FieldReader(bytes.Span);
        while (fields.Next(out var tag))
        {
            if (tag == Number) request.Number = fields.Varint();
            else if (tag == Record) Merge(request.Record ??= new ArchiveRecordRequest(), bytes[fields.Bytes()]);
            else fields.Skip(tag);
        }
        if (request.Record is { } record) record.Lease = lease.GiveUp();
        return request;
    }

    private MessageSlabs.Lease Keep(DeserializationContext context, out ReadOnlyMemory<byte> bytes)
    {
        var lease = _slabs.Rent(context.PayloadLength);
        context.PayloadAsReadOnlySequence().CopyTo(lease.Memory.Span);
        bytes = lease.Memory;
        return lease;
    }

    // A field that comes twice is merged, as protobuf has it.
    private static void Merge(ArchiveRecordRequest record, ReadOnlyMemory<byte> bytes)
    {
        var fields = new FieldReader(bytes.Span);
        while (fields.Next(out var tag))
        {
            if (tag == Header) (record.Header ??= new ArchiveHeader()).MergeFrom(bytes.Span[fields.Bytes()]);
            else if (tag == Part) record.Parts.Add(ReadPart(bytes[fields.Bytes()]));
            else fields.Skip(tag);
        }
    }

    private static WholePart ReadPart(ReadOnlyMemory<byte> bytes)
    {
        var part = new WholePart();
        var fields = new FieldReader(bytes.Span);
        while (fields.Next(out var tag))
        {
            if (tag == PartHeader) (part.Header ??= new PartHeader()).MergeFrom(bytes.Span[fields.Bytes()]);
            else if (tag == PartData) part.Data = UnsafeByteOperations.UnsafeWrap(bytes[fields.Bytes()]);
            else fields.Skip(tag);
        }
        return part;
    }

    // Gives the memory back when the message turns out to be none.
    private ref struct Held(IDisposable lease)
    {
        private IDisposable? _lease = lease;

        internal IDisposable GiveUp()
        {
            var given = _lease!;
            _lease = null;
            return given;
        }

        public readonly void Dispose() => _lease?.Dispose();
    }
}
