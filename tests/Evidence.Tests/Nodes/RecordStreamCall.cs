using System.Collections.Concurrent;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Nodes;

/// <summary>A stream of whole records to a node, as a client sends them.</summary>
internal sealed class RecordStreamCall : IDisposable
{
    private readonly AsyncDuplexStreamingCall<ArchiveManyRequest, ArchiveManyResponse> _call;

    internal RecordStreamCall(TestNode node, CancellationToken ct = default) => _call = node.Client.Archive.ArchiveMany(cancellationToken: ct);

    /// <summary>A record of one unsigned file.</summary>
    internal static ArchiveRecordRequest Record(byte[] content, string name = "a.txt", string submitter = "tester", long size = 0) => new()
    {
        Header = new ArchiveHeader { Submitter = submitter },
        Parts = { Part(PartRole.Content, content, name, size: size) },
    };

    internal static WholePart Part(PartRole role, byte[] data, string name = "", uint of = 0, string type = "", long size = 0) => new()
    {
        Header = new PartHeader { Role = role, FileName = ByteString.CopyFromUtf8(name), Of = of, Type = type, Size = size },
        Data = UnsafeByteOperations.UnsafeWrap(data),
    };

    internal Task SendAsync(ulong number, ArchiveRecordRequest? record) => _call.RequestStream.WriteAsync(new ArchiveManyRequest { Number = number, Record = record });

    internal Task CompleteAsync() => _call.RequestStream.CompleteAsync();

    /// <summary>The next answer; null at the end.</summary>
    internal async Task<ArchiveManyResponse?> NextAsync() => await _call.ResponseStream.MoveNext(CancellationToken.None) ? _call.ResponseStream.Current : null;

    /// <summary>Ends the stream and gives all answers that are left, by number.</summary>
    internal async Task<IReadOnlyDictionary<ulong, ArchiveManyResponse>> RestAsync()
    {
        await CompleteAsync();
        var answers = new ConcurrentDictionary<ulong, ArchiveManyResponse>();
        while (await NextAsync() is { } answer) Assert.True(answers.TryAdd(answer.Number, answer), $"{answer.Number} was answered twice");
        return answers;
    }

    public void Dispose() => _call.Dispose();
}
