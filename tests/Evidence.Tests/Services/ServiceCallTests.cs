using Evidence.Node.Archiving;
using Evidence.Node.Packaging;
using Evidence.Node.Services;
using Evidence.Storage.LevelDb;
using Evidence.Tests.Nodes;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Services;

public sealed class ServiceCallTests
{
    public static TheoryData<Exception, StatusCode> Failures => new()
    {
        { new ArchiveRefusedException(Refusal.BadInput, "x"), StatusCode.InvalidArgument },
        { new ArchiveRefusedException(Refusal.Signature, "x"), StatusCode.FailedPrecondition },
        { new ArchiveRefusedException(Refusal.NotNow, "x"), StatusCode.Aborted },
        { new Evidence.Storage.StorageFullException("x"), StatusCode.ResourceExhausted },
        { new Evidence.Storage.StorageFailedException("x"), StatusCode.Unavailable },
        { new Evidence.Storage.LogBehindException("x"), StatusCode.Aborted },
        { new LevelDbException("Corruption: x"), StatusCode.DataLoss },
        { new FileNotFoundException("x"), StatusCode.DataLoss },
        { new ArchiveRefusedException(Refusal.Altered, "x"), StatusCode.FailedPrecondition },
        { new PackageRefusedException(PackageRefusal.BadOrder, "x"), StatusCode.InvalidArgument },
        { new PackageRefusedException(PackageRefusal.NotThere, "x"), StatusCode.NotFound },
        { new PackageRefusedException(PackageRefusal.NotNow, "x"), StatusCode.Aborted },
        { new InvalidDataException("x"), StatusCode.DataLoss },
        { new InvalidCastException("x"), StatusCode.Internal },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Gives_each_failure_its_status(Exception failure, StatusCode expected)
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(() => RunAsync(failure));
        Assert.Equal(expected, thrown.StatusCode);
    }

    [Fact]
    public async Task Keeps_the_inside_of_an_unexpected_failure_to_itself()
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(() => RunAsync(new InvalidCastException("/secret/path")));
        Assert.DoesNotContain("/secret/path", thrown.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lets_a_status_and_a_cancellation_through()
    {
        Assert.Equal(StatusCode.Aborted, (await Assert.ThrowsAsync<RpcException>(() => RunAsync(new RpcException(new Status(StatusCode.Aborted, "x"))))).StatusCode);
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(new OperationCanceledException()));
    }

    private static Task RunAsync(Exception failure) =>
        ServiceCall.RunAsync(NullLogger.Instance, new FakeCallContext(), _ => Task.FromException<bool>(failure));
}
