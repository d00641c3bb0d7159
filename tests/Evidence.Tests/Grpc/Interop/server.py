"""A grpcio server of the test service: server.py DESCRIPTORS. Prints its port; ends when its input is closed."""
import sys
import time
from concurrent import futures

import grpc

from testing import INITIAL_KEY, TRAILING_KEY, Service

service = Service(sys.argv[1], "TestService")
Empty = service.message("Empty")
SimpleResponse = service.message("SimpleResponse")
StreamingInputCallResponse = service.message("StreamingInputCallResponse")
StreamingOutputCallResponse = service.message("StreamingOutputCallResponse")


def zeros(message, size):
    return message(payload={"body": bytes(size)})


def echo_metadata(context):
    for key, value in context.invocation_metadata():
        if key == INITIAL_KEY:
            context.send_initial_metadata(((key, value),))
        elif key == TRAILING_KEY:
            context.set_trailing_metadata(((key, value),))


def fail_if_asked(request, context):
    if request.response_status.code:
        context.abort(next(code for code in grpc.StatusCode if code.value[0] == request.response_status.code), request.response_status.message)


def unary_call(request, context):
    if request.response_compressed.value:
        context.set_compression(grpc.Compression.Gzip)
    echo_metadata(context)
    fail_if_asked(request, context)
    return zeros(SimpleResponse, request.response_size)


def streaming_input_call(requests, context):
    return StreamingInputCallResponse(aggregated_payload_size=sum(len(request.payload.body) for request in requests))


def answer(request, context):
    for asked in request.response_parameters:
        time.sleep(asked.interval_us / 1e6)
        if not asked.compressed.value:
            context.disable_next_message_compression()
        yield zeros(StreamingOutputCallResponse, asked.size)


def streaming_output_call(request, context):
    if any(asked.compressed.value for asked in request.response_parameters):
        context.set_compression(grpc.Compression.Gzip)
    yield from answer(request, context)


def full_duplex_call(requests, context):
    echo_metadata(context)
    for request in requests:
        fail_if_asked(request, context)
        yield from answer(request, context)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
server.add_generic_rpc_handlers((service.handler({
    "EmptyCall": lambda request, context: Empty(),
    "UnaryCall": unary_call,
    "StreamingInputCall": streaming_input_call,
    "StreamingOutputCall": streaming_output_call,
    "FullDuplexCall": full_duplex_call,
}),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(None)
