// The test service as grpc-js sees it.
'use strict';
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(path.join(__dirname, 'testing.proto'), { keepCase: true, defaults: true });
const { TestService, UnimplementedService } = grpc.loadPackageDefinition(definition).grpc.testing;

module.exports = { grpc, TestService, UnimplementedService, initialKey: 'x-grpc-test-echo-initial', trailingKey: 'x-grpc-test-echo-trailing-bin' };
