"""The test service as grpcio sees it, without generated code: messages out of a descriptor set, methods by their names."""
import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

INITIAL_KEY = "x-grpc-test-echo-initial"
TRAILING_KEY = "x-grpc-test-echo-trailing-bin"
PACKAGE = "grpc.testing."
KINDS = {(False, False): "unary_unary", (False, True): "unary_stream", (True, False): "stream_unary", (True, True): "stream_stream"}


class Service:
    """Messages and methods of one service."""

    def __init__(self, descriptors, name):
        self.pool = descriptor_pool.DescriptorPool()
        with open(descriptors, "rb") as file:
            self.file = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file[0]
        self.pool.Add(self.file)
        self.factory = message_factory.MessageFactory(self.pool)
        self.name = PACKAGE + name
        self.methods = {method.name: method for service in self.file.service if service.name == name for method in service.method}

    def message(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(PACKAGE + name))

    def stub(self, channel, method):
        known = self.methods[method]
        kind = KINDS[known.client_streaming, known.server_streaming]
        return getattr(channel, kind)(
            f"/{self.name}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=self._type(known.output_type).FromString)

    def handler(self, handlers):
        """A handler of the methods that are named, by functions of the same kind."""
        return grpc.method_handlers_generic_handler(self.name, {name: self._handler(name, run) for name, run in handlers.items()})

    def _handler(self, name, run):
        known = self.methods[name]
        kind = KINDS[known.client_streaming, known.server_streaming]
        return getattr(grpc, kind + "_rpc_method_handler")(
            run, request_deserializer=self._type(known.input_type).FromString, response_serializer=lambda message: message.SerializeToString())

    def _type(self, full_name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(full_name.lstrip(".")))
