"""Runs all cases as a grpcio client, one after the other: client.py DESCRIPTORS ADDRESS. Prints a line of JSON for each."""
import json
import queue
import sys
import traceback

import grpc

from testing import INITIAL_KEY, TRAILING_KEY, Service

DESCRIPTORS, ADDRESS = sys.argv[1:]
PATIENCE = 60
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
METADATA = ((INITIAL_KEY, "test_initial_metadata_value"), (TRAILING_KEY, b"\xab\xab\xab"))

service = Service(DESCRIPTORS, "TestService")
channel = grpc.insecure_channel(ADDRESS)
empty_call = service.stub(channel, "EmptyCall")
unary_call = service.stub(channel, "UnaryCall")
input_call = service.stub(channel, "StreamingInputCall")
output_call = service.stub(channel, "StreamingOutputCall")
duplex_call = service.stub(channel, "FullDuplexCall")
Empty = service.message("Empty")
SimpleRequest = service.message("SimpleRequest")
InputRequest = service.message("StreamingInputCallRequest")
OutputRequest = service.message("StreamingOutputCallRequest")


def zeros(size):
    return {"body": bytes(size)}


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def error_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("The call ended with OK.")


class Requests:
    """Requests that are sent one by one, to the end or for as long as the call lasts."""

    def __init__(self, *requests):
        self._queue = queue.Queue()
        for request in requests:
            self.send(request)

    def send(self, request):
        self._queue.put(request)

    def end(self):
        self._queue.put(None)

    def __iter__(self):
        return iter(self._queue.get, None)


def large(request=None, compression=None):
    reply = unary_call(SimpleRequest(response_size=314159, payload=zeros(271828), **(request or {})), timeout=PATIENCE, compression=compression)
    equal(reply.payload.body, bytes(314159))


def collect(requests, compression=None):
    return input_call(iter(requests), timeout=PATIENCE, compression=compression).aggregated_payload_size


def expand(parameters):
    call = output_call(OutputRequest(response_parameters=parameters), timeout=PATIENCE)
    equal([len(reply.payload.body) for reply in call], [asked["size"] for asked in parameters])
    equal(call.code(), grpc.StatusCode.OK)


def ping_pong(pairs):
    requests = Requests()
    call = duplex_call(iter(requests), timeout=PATIENCE)
    for asked, sent in pairs:
        requests.send(OutputRequest(response_parameters=[{"size": asked}], payload=zeros(sent)))
        equal(len(next(call).payload.body), asked)
    requests.end()
    equal(list(call), [])
    equal(call.code(), grpc.StatusCode.OK)


def empty_unary():
    equal(empty_call(Empty(), timeout=PATIENCE), Empty())


def client_streaming():
    equal(collect([InputRequest(payload=zeros(size)) for size in (27182, 8, 1828, 45904)]), 74922)


def timeout_on_sleeping_server():
    requests = Requests(OutputRequest(payload=zeros(27182), response_parameters=[{"size": 31415, "interval_us": 2000000}]))
    call = duplex_call(iter(requests), timeout=0.001)
    equal(error_of(lambda: next(call)).code(), grpc.StatusCode.DEADLINE_EXCEEDED)
    requests.end()


def cancel_after_begin():
    requests = Requests()
    call = input_call.future(iter(requests))
    call.cancel()
    equal(call.code(), grpc.StatusCode.CANCELLED)
    requests.end()


def cancel_after_first_response():
    requests = Requests(OutputRequest(payload=zeros(27182), response_parameters=[{"size": 31415}]))
    call = duplex_call(iter(requests), timeout=PATIENCE)
    equal(len(next(call).payload.body), 31415)
    call.cancel()
    equal(error_of(lambda: next(call)).code(), grpc.StatusCode.CANCELLED)
    requests.end()


def status_code_and_message():
    status = {"code": 2, "message": "test status message"}
    error = error_of(lambda: unary_call(SimpleRequest(response_status=status), timeout=PATIENCE))
    equal((error.code(), error.details()), (grpc.StatusCode.UNKNOWN, "test status message"))
    error = error_of(lambda: list(duplex_call(iter([OutputRequest(response_status=status)]), timeout=PATIENCE)))
    equal((error.code(), error.details()), (grpc.StatusCode.UNKNOWN, "test status message"))


def special_status_message():
    error = error_of(lambda: unary_call(SimpleRequest(response_status={"code": 2, "message": SPECIAL}), timeout=PATIENCE))
    equal((error.code(), error.details()), (grpc.StatusCode.UNKNOWN, SPECIAL))


def unimplemented_method():
    equal(error_of(lambda: service.stub(channel, "UnimplementedCall")(Empty(), timeout=PATIENCE)).code(), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service():
    unknown = Service(DESCRIPTORS, "UnimplementedService")
    call = unknown.stub(channel, "UnimplementedCall")
    equal(error_of(lambda: call(unknown.message("Empty")(), timeout=PATIENCE)).code(), grpc.StatusCode.UNIMPLEMENTED)


def custom_metadata():
    def check(call):
        equal(dict(call.initial_metadata()).get(INITIAL_KEY), METADATA[0][1])
        equal(dict(call.trailing_metadata()).get(TRAILING_KEY), METADATA[1][1])

    _, call = unary_call.with_call(SimpleRequest(response_size=314159, payload=zeros(271828)), timeout=PATIENCE, metadata=METADATA)
    check(call)
    call = duplex_call(iter([OutputRequest(payload=zeros(271828), response_parameters=[{"size": 314159}])]), timeout=PATIENCE, metadata=METADATA)
    equal([len(reply.payload.body) for reply in call], [314159])
    check(call)


def client_compressed_unary():
    probe = SimpleRequest(response_size=314159, payload=zeros(271828), expect_compressed={"value": True})
    equal(error_of(lambda: unary_call(probe, timeout=PATIENCE)).code(), grpc.StatusCode.INVALID_ARGUMENT)
    large({"expect_compressed": {"value": True}}, grpc.Compression.Gzip)
    large({"expect_compressed": {"value": False}})


def client_compressed_streaming():
    first = InputRequest(payload=zeros(27182), expect_compressed={"value": True})
    equal(error_of(lambda: collect([first])).code(), grpc.StatusCode.INVALID_ARGUMENT)
    equal(collect([first, InputRequest(payload=zeros(45904), expect_compressed={"value": True})], grpc.Compression.Gzip), 73086)


def server_compressed_unary():
    large({"response_compressed": {"value": True}})
    large({"response_compressed": {"value": False}})


CASES = {
    "empty_unary": empty_unary,
    "large_unary": large,
    "client_streaming": client_streaming,
    "server_streaming": lambda: expand([{"size": size} for size in (31415, 9, 2653, 58979)]),
    "ping_pong": lambda: ping_pong([(31415, 27182), (9, 8), (2653, 1828), (58979, 45904)]),
    "empty_stream": lambda: ping_pong([]),
    "timeout_on_sleeping_server": timeout_on_sleeping_server,
    "cancel_after_begin": cancel_after_begin,
    "cancel_after_first_response": cancel_after_first_response,
    "status_code_and_message": status_code_and_message,
    "special_status_message": special_status_message,
    "unimplemented_method": unimplemented_method,
    "unimplemented_service": unimplemented_service,
    "custom_metadata": custom_metadata,
    "client_compressed_unary": client_compressed_unary,
    "client_compressed_streaming": client_compressed_streaming,
    "server_compressed_unary": server_compressed_unary,
    "server_compressed_streaming": lambda: expand([{"size": 31415, "compressed": {"value": True}}, {"size": 92653, "compressed": {"value": False}}]),
}

for name, run in CASES.items():
    try:
        run()
        error = ""
    except BaseException:  # whatever it is, it is this case's and not the next one's
        error = traceback.format_exc()
    print(json.dumps({"case": name, "error": error}), flush=True)
channel.close()
