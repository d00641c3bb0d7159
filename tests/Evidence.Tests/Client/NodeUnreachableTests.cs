using Evidence.Client;
using Grpc.Core;

namespace Evidence.Tests.Client;

/// <summary>What is said of an address where no node answers.</summary>
public sealed class NodeUnreachableTests
{
    [Theory]
    [InlineData(0x1)] // PROTOCOL_ERROR
    [InlineData(0xd)] // HTTP_1_1_REQUIRED
    public void What_does_not_speak_http_2_is_called_no_node(long code)
    {
        var cause = new HttpRequestException("sending failed", new IOException("it ended", new HttpProtocolException(code, "another protocol", null)));
        Assert.Contains("is no node", Explained(cause), StringComparison.Ordinal);
    }

    [Fact]
    public void What_answers_without_gRPC_is_called_no_node() =>
        Assert.Contains("is no node", Explained(new HttpRequestException(HttpRequestError.InvalidResponse, "404")), StringComparison.Ordinal);

    [Fact]
    public void Silence_is_called_silence()
    {
        var text = Explained(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        Assert.Contains("http://127.0.0.1:1 gave no answer: so it was", text, StringComparison.Ordinal);
    }

    private static string Explained(Exception cause) =>
        new NodeUnreachableException("http://127.0.0.1:1", new RpcException(new Status(StatusCode.Unavailable, "so it was", cause))).Message;
}
