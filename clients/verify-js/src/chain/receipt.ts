import { FormatError, hex, toBigInt, toUtf8 } from '../bytes.js';
import { keccak256 } from '../crypto/hashes.js';
import { bytesOf, decodeRlp, fixedOf, integerOf, listOf, type RlpItem } from './rlp.js';

const HIGHEST_TYPE = 4;

export interface LogEntry {
  readonly address: Uint8Array;
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}

/** A transaction's receipt as it stands in the receipts trie, legacy or typed (EIP-2718). */
export interface Receipt {
  readonly succeeded: boolean;
  readonly logs: readonly LogEntry[];
}

/** @throws FormatError */
export function parseReceipt(encoded: Uint8Array): Receipt {
  const first = encoded[0];
  if (first === undefined) throw new FormatError('A receipt is empty.');
  if (first < 0xc0 && (first === 0 || first > HIGHEST_TYPE)) throw new FormatError(`A receipt of type ${first} is not known.`);
  const [status, gas, bloom, logs, ...rest] = listOf(decodeRlp(first < 0xc0 ? encoded.subarray(1) : encoded), 'A receipt');
  if (status === undefined || gas === undefined || bloom === undefined || logs === undefined || rest.length > 0) throw new FormatError('A receipt has 4 fields.');
  const statusBytes = bytesOf(status, 'status');
  const succeeded = statusBytes.length === 1 && statusBytes[0] === 1;
  if (!succeeded && statusBytes.length !== 0 && statusBytes.length !== 32) throw new FormatError("A receipt's status is 0, 1 or a state root of 32 bytes.");
  integerOf(gas, 8, 'cumulativeGasUsed');
  fixedOf(bloom, 256, 'logsBloom');
  return { succeeded, logs: listOf(logs, 'logs').map(parseLog) };
}

function parseLog(item: RlpItem): LogEntry {
  const [address, topics, data, ...rest] = listOf(item, 'A log entry');
  if (address === undefined || topics === undefined || data === undefined || rest.length > 0) throw new FormatError('A log entry has 3 fields.');
  const all = listOf(topics, 'topics');
  if (all.length > 4) throw new FormatError(`A log entry has at most 4 topics, not ${all.length}.`);
  return { address: fixedOf(address, 20, 'address'), topics: all.map((topic) => fixedOf(topic, 32, 'topic')), data: bytesOf(data, 'data') };
}

const ANCHORED = hex(keccak256(toUtf8('Anchored(bytes32,uint64,bytes32,uint64)')));

/** The contract's event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize). */
export interface AnchoredEvent {
  readonly logId: string;
  readonly size: bigint;
  readonly root: string;
}

/** The event in an entry, whatever contract wrote it; null when the entry is not exactly this event. */
export function anchoredEvent({ topics, data }: LogEntry): AnchoredEvent | null {
  const [topic, logId, sizeWord, ...rest] = topics;
  if (topic === undefined || logId === undefined || sizeWord === undefined || rest.length > 0) return null;
  if (hex(topic) !== ANCHORED || data.length !== 64) return null;
  const [size, previous] = [toBigInt(sizeWord), toBigInt(data.subarray(32))];
  if (size >> 64n !== 0n || previous >> 64n !== 0n) return null;
  return { logId: hex(logId), size, root: hex(data.subarray(0, 32)) };
}
