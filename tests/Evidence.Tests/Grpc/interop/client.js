// Runs one case as a grpc-js client: node client.js ADDRESS CASE. Exit code 0 only if all was as expected.
'use strict';
const assert = require('assert');
const { grpc, ProbeService } = require('./probe');

const [address, name] = process.argv.slice(2);
const gzip = { 'grpc.default_compression_algorithm': 2 };
const client = new ProbeService(address, grpc.credentials.createInsecure(), name.startsWith('compressed') ? gzip : {});
const special = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';

function unary(ping, { metadata = new grpc.Metadata(), options = {}, method = 'One' } = {}) {
  return new Promise((resolve) => {
    const result = {};
    const call = client[method](ping, metadata, options, (error, pong) => { result.error = error; result.pong = pong; });
    call.on('metadata', (header) => { result.header = header; });
    call.on('status', (status) => { result.status = status; setImmediate(() => resolve(result)); });
  });
}

function collect(bodies) {
  return new Promise((resolve, reject) => {
    const call = client.Collect((error, pong) => (error ? reject(error) : resolve(pong)));
    for (const body of bodies) call.write({ body });
    call.end();
  });
}

function statusOf(call) {
  return new Promise((resolve) => { call.on('error', () => {}); call.on('status', resolve); });
}

async function expand(ping) {
  const call = client.Expand(ping);
  const status = statusOf(call);
  const pongs = [];
  for await (const pong of call) pongs.push(pong);
  assert.strictEqual((await status).code, grpc.status.OK);
  return pongs;
}

async function pingPong(sizes) {
  const call = client.Chat();
  const status = statusOf(call);
  const pongs = call[Symbol.asyncIterator]();
  for (const size of sizes) {
    call.write({ body: Buffer.alloc(size, 7) });
    const { value } = await pongs.next();
    assert.deepStrictEqual(value.body, Buffer.alloc(size, 7));
  }
  call.end();
  assert.strictEqual((await pongs.next()).done, true);
  assert.strictEqual((await status).code, grpc.status.OK);
}

async function expectStatus(result, code, details) {
  assert.strictEqual(result.error && result.error.code, code);
  if (details !== undefined) assert.strictEqual(result.error.details, details);
}

const cases = {
  async empty_unary() {
    const { error, pong } = await unary({});
    assert.ifError(error);
    assert.strictEqual(pong.body.length, 0);
  },
  async large_unary() {
    const body = Buffer.alloc(3000000, 5);
    const { error, pong } = await unary({ body, number: 9 });
    assert.ifError(error);
    assert.deepStrictEqual(pong.body, body);
    assert.strictEqual(pong.number, 9);
  },
  async client_streaming() {
    const pong = await collect([27182, 8, 1828, 45904].map((size) => Buffer.alloc(size)));
    assert.strictEqual(pong.number, 74922);
  },
  async server_streaming() {
    const pongs = await expand({ number: 50, body: Buffer.alloc(31415, 1) });
    assert.deepStrictEqual(pongs.map((pong) => pong.number), [...Array(50).keys()]);
    assert.ok(pongs.every((pong) => pong.body.length === 31415));
  },
  async ping_pong() { await pingPong([27182, 8, 0, 1828, 45904, 1000000]); },
  async empty_stream() { await pingPong([]); },
  async timeout_on_sleeping_server() {
    const result = await unary({ text: 'sleep' }, { options: { deadline: Date.now() + 100 } });
    await expectStatus(result, grpc.status.DEADLINE_EXCEEDED);
  },
  async cancel_after_begin() {
    const call = client.Collect(() => {});
    const status = statusOf(call);
    call.cancel();
    assert.strictEqual((await status).code, grpc.status.CANCELLED);
  },
  async cancel_after_first_response() {
    const call = client.Chat();
    const status = statusOf(call);
    call.once('data', () => call.cancel());
    call.write({ body: Buffer.alloc(31415) });
    assert.strictEqual((await status).code, grpc.status.CANCELLED);
  },
  async status_code_and_message() {
    const ping = { text: 'status', number: 2, body: Buffer.from('test status message') };
    await expectStatus(await unary(ping), 2, 'test status message');
    const call = client.Chat();
    const status = statusOf(call);
    call.resume();
    call.write(ping);
    const { code, details } = await status;
    assert.deepStrictEqual([code, details], [2, 'test status message']);
  },
  async special_status_message() {
    await expectStatus(await unary({ text: 'status', number: 2, body: Buffer.from(special) }), 2, special);
  },
  async unimplemented_method() { await expectStatus(await unary({}, { method: 'Forgotten' }), grpc.status.UNIMPLEMENTED); },
  async unimplemented_service() {
    const error = await new Promise((resolve) => client.makeUnaryRequest(
      '/evidence.tests.Unknown/One', (x) => x, (x) => x, Buffer.alloc(0), resolve));
    assert.strictEqual(error.code, grpc.status.UNIMPLEMENTED);
  },
  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('x-echo-initial', 'test_initial_metadata_value');
    metadata.set('x-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab, 0]));
    const { error, header, status } = await unary({}, { metadata });
    assert.ifError(error);
    assert.deepStrictEqual(header.get('x-echo-initial'), ['test_initial_metadata_value']);
    assert.deepStrictEqual(status.metadata.get('x-echo-trailing-bin'), [Buffer.from([0xab, 0xab, 0xab, 0])]);
  },
  async message_too_large() {
    await expectStatus(await unary({ body: Buffer.alloc(5000000) }), grpc.status.RESOURCE_EXHAUSTED);
  },
  async compressed_unary() { await cases.large_unary(); },
  async compressed_streaming() {
    await cases.client_streaming();
    await cases.server_streaming();
    await cases.ping_pong();
  },
};

const patience = setTimeout(() => { console.error('no answer in 30 s'); process.exit(2); }, 30000);
cases[name]().then(
  () => { clearTimeout(patience); client.close(); },
  (error) => { console.error(error); process.exit(1); });
