using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;

namespace Evidence.Tests.Grpc;

public sealed class ReflectionTests
{
    private const string Service = "evidence.tests.ProbeService";

    public static TheoryData<string> Versions => ["v1", "v1alpha"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task All_services_are_listed(string version)
    {
        var answer = await AskAsync(version, new ServerReflectionRequest { ListServices = "*", Host = "here" });
        Assert.Equal(
            ["evidence.tests.ProbeService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"],
            answer.ListServicesResponse.Service.Select(service => service.Name));
        Assert.Equal("here", answer.ValidHost);
        Assert.Equal("*", answer.OriginalRequest.ListServices);
    }

    [Theory]
    [InlineData("v1", Service)]
    [InlineData("v1alpha", Service)]
    [InlineData("v1", Service + ".Chat")]
    [InlineData("v1", "evidence.tests.Ping")]
    [InlineData("v1", "evidence.tests.Ping.number")]
    public async Task A_symbol_leads_to_its_file(string version, string symbol)
    {
        var answer = await AskAsync(version, new ServerReflectionRequest { FileContainingSymbol = symbol });
        var file = FileDescriptorProto.Parser.ParseFrom(answer.FileDescriptorResponse.FileDescriptorProto.Single());
        Assert.Equal("probe.proto", file.Name);
        Assert.Equal(5, file.Service.Single().Method.Count);
    }

    [Fact]
    public void A_file_comes_with_all_that_it_needs()
    {
        var services = new[] { Evidence.V1.VerificationService.Descriptor };
        var index = new global::Grpc.Reflection.DescriptorIndex(services);
        var file = index.FindSymbol("evidence.v1.VerificationService")!;
        var all = global::Grpc.Reflection.DescriptorIndex.WithDependencies(file).ToList();
        Assert.Same(file, all[0]);
        Assert.True(all.Count > 1);
        Assert.All(all, one => Assert.All(one.Dependencies, needed => Assert.Contains(needed, all)));
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public async Task A_file_is_found_by_its_name()
    {
        var answer = await AskAsync("v1", new ServerReflectionRequest { FileByFilename = "grpc/health/v1/health.proto" });
        Assert.Equal("grpc.health.v1", FileDescriptorProto.Parser.ParseFrom(answer.FileDescriptorResponse.FileDescriptorProto[0]).Package);
    }

    [Fact]
    public async Task What_is_not_there_is_an_answer_and_not_the_end()
    {
        await using var server = await StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        ServerReflectionRequest[] unknown =
        [
            new() { FileByFilename = "nowhere.proto" },
            new() { FileContainingSymbol = "nobody" },
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = "evidence.tests.Ping", ExtensionNumber = 100 } },
            new() { AllExtensionNumbersOfType = "nobody" },
        ];
        foreach (var request in unknown)
            Assert.Equal((int)StatusCode.NotFound, (await NextAsync(call, request)).ErrorResponse.ErrorCode);
        Assert.Equal((int)StatusCode.InvalidArgument, (await NextAsync(call, new ServerReflectionRequest())).ErrorResponse.ErrorCode);
        Assert.Empty((await NextAsync(call, new ServerReflectionRequest { AllExtensionNumbersOfType = "evidence.tests.Ping" })).AllExtensionNumbersResponse.ExtensionNumber);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    private static async Task<ServerReflectionResponse> AskAsync(string version, ServerReflectionRequest request)
    {
        await using var server = await StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        if (version == "v1")
        {
            using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
            return await NextAsync(call, request);
        }
        using var alpha = new global::Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await alpha.RequestStream.WriteAsync(global::Grpc.Reflection.V1Alpha.ServerReflectionRequest.Parser.ParseFrom(request.ToByteString()));
        Assert.True(await alpha.ResponseStream.MoveNext(default));
        return ServerReflectionResponse.Parser.ParseFrom(alpha.ResponseStream.Current.ToByteString());
    }

    private static async Task<ServerReflectionResponse> NextAsync(
        AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call, ServerReflectionRequest request)
    {
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext(default));
        return call.ResponseStream.Current;
    }

    private static Task<ProbeServer> StartAsync() => ProbeServer.StartAsync(
        services: services => services.AddGrpcHealth().AddGrpcReflection(),
        map: app =>
        {
            app.MapGrpcReflectionService();
            app.MapGrpcHealthService();
        });
}
