using System.Buffers;
using Evidence.Node.Services;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Services;

public sealed class WholeRecordReaderTests
{
    private readonly WholeRecordReader _reader = new();

    private static ArchiveManyRequest Random(Random random)
    {
        var request = new ArchiveManyRequest { Number = (ulong)random.NextInt64() >> random.Next(64) };
        if (random.Next(8) == 0) return request;
        request.Record = new ArchiveRecordRequest();
        if (random.Next(4) > 0) request.Record.Header = new ArchiveHeader { Submitter = "提交者", Description = new Description { Title = "t", Fields = { ["a"] = "b" } } };
        for (var i = random.Next(4); i > 0; i--)
        {
            var data = new byte[random.Next(300)];
            random.NextBytes(data);
            var part = new WholePart { Data = ByteString.CopyFrom(data) };
            if (random.Next(4) > 0) part.Header = new PartHeader { Role = (PartRole)random.Next(5), FileName = ByteString.CopyFrom(data.AsSpan(data.Length / 2)), Of = (uint)random.Next(3), Size = random.NextInt64() };
            request.Record.Parts.Add(part);
        }
        return request;
    }

    [Fact]
    public void Reads_every_message_as_the_generated_code_does()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var request = Random(random);
            var read = _reader.ReadNumbered(new Payload(request.ToByteArray(), random.Next(1, 200)));
            Assert.Equal(request, read);
            if (request.Record is { } record) Assert.Equal(record, _reader.ReadRecord(new Payload(record.ToByteArray(), 7)));
            if (i % 3 > 0) read.Record?.Lease?.Dispose();
        }
    }

    [Fact]
    public void Passes_over_fields_that_are_not_known_and_merges_those_that_come_twice()
    {
        var (one, two) = (Random(new Random(5)), Random(new Random(7)));
        byte[] unknown = [0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x28, 0x80, 1, 0x32, 2, 9, 9];
        byte[] bytes = [.. unknown, .. one.ToByteArray(), .. unknown, .. two.ToByteArray()];
        var expected = ArchiveManyRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        Assert.Equal(expected, _reader.ReadNumbered(new Payload(bytes, 5)));
    }

    [Fact]
    public void Merges_what_comes_twice_on_every_level_and_takes_the_last_bytes_of_a_part()
    {
        static byte[] Field(int number, byte[] bytes) => [(byte)((number << 3) | 2), (byte)bytes.Length, .. bytes];
        byte[] part =
        [
            .. Field(WholePart.HeaderFieldNumber, new PartHeader { Type = "cms" }.ToByteArray()), .. Field(WholePart.DataFieldNumber, [1]),
            .. Field(WholePart.HeaderFieldNumber, new PartHeader { Of = 2 }.ToByteArray()), .. Field(WholePart.DataFieldNumber, [2, 3]),
        ];
        byte[] record =
        [
            .. Field(ArchiveRecordRequest.HeaderFieldNumber, new ArchiveHeader { Submitter = "a" }.ToByteArray()), .. Field(ArchiveRecordRequest.PartsFieldNumber, part),
            .. Field(ArchiveRecordRequest.HeaderFieldNumber, new ArchiveHeader { Description = new Description { Title = "t" } }.ToByteArray()),
        ];
        byte[] bytes = [.. Field(ArchiveManyRequest.RecordFieldNumber, record), .. Field(ArchiveManyRequest.RecordFieldNumber, record)];
        var read = _reader.ReadNumbered(new Payload(bytes, 5));
        Assert.Equal(ArchiveManyRequest.Parser.ParseFrom(bytes), read);
        Assert.Equal(("a", "t", 2), (read.Record.Header.Submitter, read.Record.Header.Description.Title, read.Record.Parts.Count));
        Assert.All(read.Record.Parts, p => Assert.Equal(("cms", 2u, ByteString.CopyFrom(2, 3)), (p.Header.Type, p.Header.Of, p.Data)));
    }

    [Fact]
    public void Refuses_whatever_the_generated_code_refuses_when_bytes_are_damaged_or_missing()
    {
        var good = Random(new Random(7)).ToByteArray();
        for (var i = 0; i < good.Length * 8; i++)
        {
            var damaged = good.ToArray();
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            AssertAsGenerated(damaged);
        }
        for (var length = 0; length < good.Length; length++) AssertAsGenerated(good[..length]);
    }

    // Groups are the one thing that the generated code passes over and this does not.
    private void AssertAsGenerated(byte[] bytes)
    {
        ArchiveManyRequest? read = null;
        var failure = Xunit.Record.Exception(() => read = _reader.ReadNumbered(new Payload(bytes, 64)));
        try
        {
            var expected = ArchiveManyRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
            if (failure is null) Assert.Equal(expected, ArchiveManyRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(read!.ToByteArray()));
        }
        catch (InvalidProtocolBufferException)
        {
            Assert.True(failure is RpcException or InvalidProtocolBufferException, $"read what is no message: {Convert.ToHexString(bytes)}");
        }
    }

    [Fact]
    public void Memory_that_is_held_is_never_given_to_another_message()
    {
        var random = new Random(3);
        var held = new Queue<(ArchiveRecordRequest Read, ArchiveRecordRequest Expected)>();
        for (var i = 0; i < 5000; i++)
        {
            var expected = new ArchiveRecordRequest { Parts = { new WholePart { Data = ByteString.CopyFrom(new byte[random.Next(i % 50 == 0 ? 400_000 : 5_000)]) } } };
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsMemory(expected.Parts[0].Data.Memory).Span);
            held.Enqueue((_reader.ReadRecord(new Payload(expected.ToByteArray(), 4096)), expected));
            if (held.Count < 600) continue;
            var (read, was) = held.Dequeue();
            Assert.Equal(was, read);
            read.Lease!.Dispose();
            read.Lease!.Dispose();
        }
        Assert.All(held, pair => Assert.Equal(pair.Expected, pair.Read));
    }

    /// <summary>A message in a receive buffer of several segments.</summary>
    private sealed class Payload(byte[] bytes, int segment) : DeserializationContext
    {
        public override int PayloadLength => bytes.Length;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence()
        {
            var first = new Segment(bytes.AsMemory(0, Math.Min(segment, bytes.Length)), null);
            var last = first;
            for (var at = segment; at < bytes.Length; at += segment) last = new Segment(bytes.AsMemory(at, Math.Min(segment, bytes.Length - at)), last);
            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }

        private sealed class Segment : ReadOnlySequenceSegment<byte>
        {
            internal Segment(ReadOnlyMemory<byte> memory, Segment? before)
            {
                Memory = memory;
                if (before is null) return;
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
