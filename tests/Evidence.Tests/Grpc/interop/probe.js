// The probe service as grpc-js sees it.
'use strict';
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(path.join(__dirname, '..', 'probe.proto'), { keepCase: true, defaults: true });
const { ProbeService } = grpc.loadPackageDefinition(definition).evidence.tests;

module.exports = { grpc, ProbeService };
