#!/usr/bin/env node
// Lets forge compile offline: it answers the two calls that forge makes of a solc binary, with the compiler that npm installed.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const solc = createRequire(import.meta.url)('solc');
if (process.argv.includes('--version')) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
} else if (process.argv.includes('--standard-json')) {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')));
} else {
  console.error('usage: solc.mjs --version | --standard-json');
  process.exit(2);
}
