using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Grpc.Reflection;

/// <summary>Answers what clients want to know of the services of a host.</summary>
internal sealed class ReflectionAnswers(CallHost host)
{
    // Not before the first question: by then all services are mapped.
    private readonly Lazy<DescriptorIndex> _index = new(() => new DescriptorIndex(host.Services));

    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        var index = _index.Value;
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse { Service = { index.Services.Select(name => new ServiceResponse { Name = name }) } };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                Put(response, index.FindFile(request.FileByFilename));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                Put(response, index.FindSymbol(request.FileContainingSymbol));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                var extension = request.FileContainingExtension;
                Put(response, index.FindExtension(extension.ContainingType, extension.ExtensionNumber));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                PutNumbers(response, request.AllExtensionNumbersOfType, index.ExtensionsOf(request.AllExtensionNumbersOfType));
                break;
            default:
                response.ErrorResponse = Error(StatusCode.InvalidArgument, "The request asks for nothing that is known here.");
                break;
        }
        return response;
    }

    private static void Put(ServerReflectionResponse response, FileDescriptor? file)
    {
        if (file is null)
            response.ErrorResponse = Error(StatusCode.NotFound, "No file, symbol or extension has this name.");
        else
            response.FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { DescriptorIndex.WithDependencies(file).Select(one => one.SerializedData) } };
    }

    private static void PutNumbers(ServerReflectionResponse response, string type, IReadOnlyCollection<int>? numbers)
    {
        if (numbers is null)
            response.ErrorResponse = Error(StatusCode.NotFound, "No message has this name.");
        else
            response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type, ExtensionNumber = { numbers } };
    }

    private static ErrorResponse Error(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };
}
