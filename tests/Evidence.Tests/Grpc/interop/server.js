// A grpc-js server that behaves as InteropTests.Behave says. Prints its port; ends when its input is closed.
'use strict';
const { grpc, ProbeService } = require('./probe');

function echoMetadata(call) {
  const initial = call.metadata.get('x-echo-initial');
  if (initial.length > 0) {
    const header = new grpc.Metadata();
    header.set('x-echo-initial', initial[0]);
    call.sendMetadata(header);
  }
  const trailers = new grpc.Metadata();
  const trailing = call.metadata.get('x-echo-trailing-bin');
  if (trailing.length > 0) trailers.set('x-echo-trailing-bin', trailing[0]);
  return trailers;
}

function one(call, callback) {
  const ping = call.request;
  if (ping.text === 'sleep') return;
  if (ping.text === 'status') {
    callback({ code: ping.number, details: ping.body.toString('utf8') });
    return;
  }
  callback(null, { text: ping.text, body: ping.body, number: ping.number }, echoMetadata(call));
}

function collect(call, callback) {
  let total = 0;
  call.on('data', (ping) => { total += ping.body.length; });
  call.on('end', () => callback(null, { number: total }));
  call.on('error', () => {});
}

function expand(call) {
  for (let i = 0; i < call.request.number; i++) call.write({ number: i, body: call.request.body });
  call.end();
}

function chat(call) {
  const trailers = echoMetadata(call);
  call.on('data', (ping) => {
    if (ping.text === 'status') call.emit('error', { code: ping.number, details: ping.body.toString('utf8') });
    else call.write({ text: ping.text, body: ping.body, number: ping.number });
  });
  call.on('end', () => call.end(trailers));
  call.on('error', () => {});
}

const server = new grpc.Server({ 'grpc.default_compression_algorithm': process.argv[2] === 'gzip' ? 2 : 0 });
const { Forgotten, ...methods } = ProbeService.service;
server.addService(methods, { One: one, Collect: collect, Expand: expand, Chat: chat });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
