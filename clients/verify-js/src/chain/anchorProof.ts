import { hex0x } from '../bytes.js';
import { parseCanonical } from '../json/canonical.js';
import { ObjectReader } from '../json/reader.js';

/** What was captured when a checkpoint was anchored: all that an offline verifier needs of the ledger. Format evidence.anchor/1. */
export interface AnchorProof {
  readonly chainId: number;
  /** Lower-case hexadecimal with 0x. */
  readonly contract: string;
  readonly logId: string;
  readonly size: bigint;
  readonly root: string;
  /** The log's signed checkpoint of that size, as text. */
  readonly checkpoint: string;
  readonly blockNumber: bigint;
  readonly blockHash: Uint8Array;
  readonly header: Uint8Array;
  readonly transactionHash: Uint8Array;
  readonly transactionIndex: number;
  readonly receipt: Uint8Array;
  readonly receiptProof: readonly Uint8Array[];
  readonly followingHeaders: readonly Uint8Array[];
}

/** @throws FormatError naming the member that is missing, unknown or wrong. */
export function parseAnchorProof(bytes: Uint8Array): AnchorProof {
  const json = new ObjectReader(parseCanonical(bytes));
  json.format('evidence.anchor/1');
  const proof: AnchorProof = {
    chainId: json.integer('chainId'),
    contract: hex0x(json.hex('contract', 20)),
    logId: json.digest('logId'),
    size: BigInt(json.integer('size')),
    root: json.digest('root'),
    checkpoint: json.string('checkpoint'),
    blockNumber: BigInt(json.integer('blockNumber')),
    blockHash: json.hex('blockHash', 32),
    header: json.hex('header'),
    transactionHash: json.hex('transactionHash', 32),
    transactionIndex: json.integer('transactionIndex', 2 ** 31 - 1),
    receipt: json.hex('receipt'),
    receiptProof: json.hexList('receiptProof'),
    followingHeaders: json.hexList('followingHeaders'),
  };
  json.end();
  return proof;
}
