// A grpc-js server of the test service. It never compresses, since grpc-js servers cannot. Prints its port; ends when its input is closed.
'use strict';
const { grpc, TestService, initialKey, trailingKey } = require('./testing');

const zeros = (size) => ({ payload: { body: Buffer.alloc(size) } });

function echoMetadata(call) {
  const initial = call.metadata.get(initialKey);
  if (initial.length > 0) {
    const header = new grpc.Metadata();
    header.set(initialKey, initial[0]);
    call.sendMetadata(header);
  }
  const trailers = new grpc.Metadata();
  const trailing = call.metadata.get(trailingKey);
  if (trailing.length > 0) trailers.set(trailingKey, trailing[0]);
  return trailers;
}

function failure({ response_status: status }) {
  return status && status.code !== 0 ? { code: status.code, details: status.message } : null;
}

function unaryCall(call, callback) {
  const trailers = echoMetadata(call);
  const error = failure(call.request);
  if (error) callback(error);
  else callback(null, zeros(call.request.response_size), trailers);
}

function streamingInputCall(call, callback) {
  let total = 0;
  call.on('data', ({ payload }) => { total += payload.body.length; });
  call.on('end', () => callback(null, { aggregated_payload_size: total }));
  call.on('error', () => {});
}

async function answer(call, { response_parameters: parameters }) {
  for (const { size, interval_us: pause } of parameters) {
    if (pause > 0) await new Promise((resolve) => { setTimeout(resolve, pause / 1000); });
    call.write(zeros(size));
  }
}

async function streamingOutputCall(call) {
  await answer(call, call.request);
  call.end();
}

function fullDuplexCall(call) {
  const trailers = echoMetadata(call);
  let answered = Promise.resolve();
  call.on('data', (request) => {
    const error = failure(request);
    answered = answered.then(() => (error ? call.emit('error', error) : answer(call, request)));
  });
  call.on('end', () => answered.then(() => call.end(trailers)));
  call.on('error', () => {});
}

const server = new grpc.Server();
const { UnimplementedCall, ...methods } = TestService.service;
server.addService(methods, {
  EmptyCall: (_, callback) => callback(null, {}), UnaryCall: unaryCall, StreamingInputCall: streamingInputCall,
  StreamingOutputCall: streamingOutputCall, FullDuplexCall: fullDuplexCall,
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
