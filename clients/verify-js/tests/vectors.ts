import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fromHex, hex0x } from '../dist/bytes.js';
import { encodeBytes, encodeList } from '../dist/chain/rlp.js';

/** The checkout that the tests run from. */
export const ROOT = ((): string => {
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'Evidence.sln'))) at = dirname(at);
  return at;
})();

const FOLDER = join(ROOT, '..', 'shared', 'vectors');
const SKIP = existsSync(FOLDER) ? false : 'the published vectors (../shared/vectors) are not beside this checkout';

/** A test that needs published data, which a clone that stands alone does not have. */
export function vectorTest(name: string, run: () => void | Promise<void>): void {
  test(name, { skip: SKIP }, run);
}

export const read = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(FOLDER, ...path)));
export const readText = (...path: string[]): string => readFileSync(join(FOLDER, ...path), 'utf8');
// The published files are many-shaped; each test takes from them what it names.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const readJson = (...path: string[]): any => JSON.parse(readText(...path));

export function filesUnder(...path: string[]): string[] {
  const folder = join(FOLDER, ...path);
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(...path, entry.name).map((name) => join(entry.name, name)) : [entry.name]))
    .sort();
}

/** The result in a recorded JSON-RPC exchange: the line that starts with <<. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function rpcResult(method: string, exchange: string): any {
  const answer = readText('ethereum', 'rpc', method, `${exchange}.io`)
    .split('\n')
    .find((line) => line.startsWith('<<'));
  return JSON.parse((answer as string).slice(2)).result;
}

const INTEGERS = new Set(['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp', 'baseFeePerGas', 'blobGasUsed', 'excessBlobGas']);
const FIELDS = 'parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom difficulty number gasLimit gasUsed timestamp extraData mixHash nonce baseFeePerGas withdrawalsRoot blobGasUsed excessBlobGas parentBeaconBlockRoot requestsHash'.split(' ');

export const bytes = (text: string): Uint8Array => fromHex(text.replace(/^0x/, '')) as Uint8Array;

/** The RLP of a header as JSON-RPC shows it. */
export function headerRlp(block: Readonly<Record<string, string>>): Uint8Array {
  return encodeList(FIELDS.filter((name) => block[name] != null).map((name) => encodeBytes(fieldBytes(name, block[name] as string))));
}

function fieldBytes(name: string, value: string): Uint8Array {
  if (!INTEGERS.has(name)) return bytes(value);
  const digits = BigInt(value).toString(16);
  return value === '0x0' ? new Uint8Array() : bytes(digits.length % 2 === 0 ? digits : `0${digits}`);
}

export { hex0x };
