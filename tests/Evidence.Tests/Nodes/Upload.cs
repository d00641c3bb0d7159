using System.Text;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Nodes;

/// <summary>The messages of one upload, right or wrong, as a client sends them.</summary>
internal sealed class Upload
{
    private readonly List<ArchiveRequest> _messages = [];

    internal static Upload Begun(string submitter = "tester") => new Upload().Header(submitter);

    /// <summary>An upload of one unsigned file.</summary>
    internal static Upload Of(byte[] content, string name = "a.txt") => Begun().Part(PartRole.Content, content, Encoding.UTF8.GetBytes(name));

    internal Upload Header(string submitter = "tester", Description? description = null) =>
        Add(new ArchiveRequest { Header = new ArchiveHeader { Submitter = submitter, Description = description } });

    internal Upload Part(PartRole role, byte[] bytes, byte[]? name = null, uint of = 0, string type = "", long? size = null)
    {
        Heading(role, name, of, type, size ?? bytes.Length);
        foreach (var chunk in bytes.Chunk(256 << 10)) Chunk(chunk);
        return this;
    }

    internal Upload Heading(PartRole role, byte[]? name = null, uint of = 0, string type = "", long size = 0) => Add(new ArchiveRequest
    {
        Part = new PartHeader { Role = role, FileName = ByteString.CopyFrom(name ?? []), MediaType = role == PartRole.Content ? "text/plain" : "", Of = of, Type = type, Size = size },
    });

    internal Upload Signature(byte[] value, string type, uint of = 1) => Part(PartRole.Signature, value, of: of, type: type);

    internal Upload Certificates(byte[] pem, uint of = 1) => Part(PartRole.Certificates, pem, of: of);

    internal Upload Chunk(byte[] bytes) => Add(new ArchiveRequest { Chunk = ByteString.CopyFrom(bytes) });

    internal Upload Add(ArchiveRequest message)
    {
        _messages.Add(message);
        return this;
    }

    /// <summary>Sends everything and gives back the receipt.</summary>
    internal async Task<ArchiveResponse> SendAsync(TestNode node)
    {
        using var call = node.Client.Archive.Archive();
        try
        {
            foreach (var message in _messages) await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // The node refused before it had read everything; the response says why.
        }
        return await call.ResponseAsync;
    }

    /// <summary>The same record as one message; null when it is too large for one.</summary>
    internal ArchiveRecordRequest? ToWhole()
    {
        var record = new ArchiveRecordRequest();
        foreach (var message in _messages)
        {
            if (message.Header is { } header) record.Header = header;
            else if (message.Part is { } part) record.Parts.Add(new WholePart { Header = part });
            else record.Parts[^1].Data = ByteString.CopyFrom([.. record.Parts[^1].Data, .. message.Chunk]);
        }
        return record.CalculateSize() < 4 << 20 ? record : null;
    }

    /// <summary>Sends everything, is refused, and gives back the status.</summary>
    internal async Task<Status> RefusedAsync(TestNode node) => (await Assert.ThrowsAsync<RpcException>(() => SendAsync(node))).Status;

    /// <summary>Sends the messages and gives up before the end.</summary>
    internal async Task BreakOffAsync(TestNode node)
    {
        using var call = node.Client.Archive.Archive();
        foreach (var message in _messages) await call.RequestStream.WriteAsync(message);
    }
}
