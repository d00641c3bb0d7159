// Runs all cases as a grpc-js client, one after the other: node client.js ADDRESS. Prints a line of JSON for each.
'use strict';
const assert = require('assert');
const { grpc, TestService, UnimplementedService, initialKey, trailingKey } = require('./testing');

const address = process.argv[2];
const insecure = grpc.credentials.createInsecure();
const client = new TestService(address, insecure);
const gzipClient = new TestService(address, insecure, { 'grpc.default_compression_algorithm': 2 });
const unknownClient = new UnimplementedService(address, insecure);
const special = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
const zeros = (size) => ({ body: Buffer.alloc(size) });
const deadline = () => new Date(Date.now() + 60000);

function unary(request, { metadata = new grpc.Metadata(), options = {}, method = 'UnaryCall', on = client } = {}) {
  return new Promise((resolve) => {
    const result = {};
    const call = on[method](request, metadata, { deadline: deadline(), ...options }, (error, reply) => { result.error = error; result.reply = reply; });
    call.on('metadata', (header) => { result.header = header; });
    call.on('status', (status) => { result.status = status; setImmediate(() => resolve(result)); });
  });
}

function collect(requests, on = client) {
  return new Promise((resolve) => {
    const call = on.StreamingInputCall({ deadline: deadline() }, (error, reply) => resolve({ error, reply }));
    for (const request of requests) call.write(request);
    call.end();
  });
}

function statusOf(call) {
  return new Promise((resolve) => { call.on('error', () => {}); call.on('status', resolve); });
}

async function expand(parameters) {
  const call = client.StreamingOutputCall({ response_parameters: parameters }, { deadline: deadline() });
  const status = statusOf(call);
  const sizes = [];
  for await (const reply of call) sizes.push(reply.payload.body.length);
  assert.strictEqual((await status).code, grpc.status.OK);
  assert.deepStrictEqual(sizes, parameters.map(({ size }) => size));
}

async function pingPong(pairs) {
  const call = client.FullDuplexCall({ deadline: deadline() });
  const status = statusOf(call);
  const replies = call[Symbol.asyncIterator]();
  for (const [asked, sent] of pairs) {
    call.write({ response_parameters: [{ size: asked }], payload: zeros(sent) });
    const { value } = await replies.next();
    assert.strictEqual(value.payload.body.length, asked);
  }
  call.end();
  assert.strictEqual((await replies.next()).done, true);
  assert.strictEqual((await status).code, grpc.status.OK);
}

async function large(request, on) {
  const { error, reply } = await unary({ response_size: 314159, payload: zeros(271828), ...request }, { on });
  assert.ifError(error);
  assert.deepStrictEqual(reply.payload, zeros(314159));
}

async function inBothKinds(request, check) {
  check((await unary(request)).status);
  const call = client.FullDuplexCall({ deadline: deadline() });
  const status = statusOf(call);
  call.resume();
  call.write(request);
  check(await status);
}

const cases = {
  async empty_unary() {
    const { error, reply } = await unary({}, { method: 'EmptyCall' });
    assert.ifError(error);
    assert.deepStrictEqual(reply, {});
  },
  async large_unary() { await large({}, client); },
  async client_streaming() {
    const { error, reply } = await collect([27182, 8, 1828, 45904].map((size) => ({ payload: zeros(size) })));
    assert.ifError(error);
    assert.strictEqual(reply.aggregated_payload_size, 74922);
  },
  async server_streaming() { await expand([31415, 9, 2653, 58979].map((size) => ({ size }))); },
  async ping_pong() { await pingPong([[31415, 27182], [9, 8], [2653, 1828], [58979, 45904]]); },
  async empty_stream() { await pingPong([]); },
  async timeout_on_sleeping_server() {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    const status = statusOf(call);
    call.resume();
    call.write({ payload: zeros(27182), response_parameters: [{ size: 31415, interval_us: 2000000 }] });
    assert.strictEqual((await status).code, grpc.status.DEADLINE_EXCEEDED);
  },
  async cancel_after_begin() {
    const call = client.StreamingInputCall(() => {});
    const status = statusOf(call);
    call.cancel();
    assert.strictEqual((await status).code, grpc.status.CANCELLED);
  },
  async cancel_after_first_response() {
    const call = client.FullDuplexCall({ deadline: deadline() });
    const status = statusOf(call);
    call.once('data', () => call.cancel());
    call.write({ payload: zeros(27182), response_parameters: [{ size: 31415 }] });
    assert.strictEqual((await status).code, grpc.status.CANCELLED);
  },
  async status_code_and_message() {
    await inBothKinds({ response_status: { code: 2, message: 'test status message' } },
      ({ code, details }) => assert.deepStrictEqual([code, details], [2, 'test status message']));
  },
  async special_status_message() {
    const { error } = await unary({ response_status: { code: 2, message: special } });
    assert.deepStrictEqual([error.code, error.details], [2, special]);
  },
  async unimplemented_method() {
    const { error } = await unary({}, { method: 'UnimplementedCall' });
    assert.strictEqual(error.code, grpc.status.UNIMPLEMENTED);
  },
  async unimplemented_service() {
    const { error } = await unary({}, { method: 'UnimplementedCall', on: unknownClient });
    assert.strictEqual(error.code, grpc.status.UNIMPLEMENTED);
  },
  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set(initialKey, 'test_initial_metadata_value');
    metadata.set(trailingKey, Buffer.from([0xab, 0xab, 0xab]));
    const check = (header, status) => {
      assert.deepStrictEqual(header.get(initialKey), ['test_initial_metadata_value']);
      assert.deepStrictEqual(status.metadata.get(trailingKey), [Buffer.from([0xab, 0xab, 0xab])]);
    };
    const { error, header, status } = await unary({ response_size: 314159, payload: zeros(271828) }, { metadata });
    assert.ifError(error);
    check(header, status);
    const call = client.FullDuplexCall(metadata, { deadline: deadline() });
    const duplexHeader = new Promise((resolve) => { call.on('metadata', resolve); });
    const duplexStatus = statusOf(call);
    call.resume();
    call.write({ payload: zeros(271828), response_parameters: [{ size: 314159 }] });
    call.end();
    check(await duplexHeader, await duplexStatus);
  },
  async client_compressed_unary() {
    const { error } = await unary({ response_size: 314159, payload: zeros(271828), expect_compressed: { value: true } });
    assert.strictEqual(error.code, grpc.status.INVALID_ARGUMENT);
    await large({ expect_compressed: { value: true } }, gzipClient);
    await large({ expect_compressed: { value: false } }, client);
  },
  async client_compressed_streaming() {
    const first = { payload: zeros(27182), expect_compressed: { value: true } };
    assert.strictEqual((await collect([first])).error.code, grpc.status.INVALID_ARGUMENT);
    const { error, reply } = await collect([first, { payload: zeros(45904), expect_compressed: { value: true } }], gzipClient);
    assert.ifError(error);
    assert.strictEqual(reply.aggregated_payload_size, 73086);
  },
  async server_compressed_unary() {
    await large({ response_compressed: { value: true } }, client);
    await large({ response_compressed: { value: false } }, client);
  },
  async server_compressed_streaming() { await expand([{ size: 31415, compressed: { value: true } }, { size: 92653, compressed: { value: false } }]); },
};

function late() {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error('no end within 60 s')), 60000).unref(); });
}

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    const error = await Promise.race([run(), late()]).then(() => '', (e) => String(e.stack || e));
    console.log(JSON.stringify({ case: name, error }));
  }
  process.exit(0); // closing would wait for calls that were cancelled
})();
