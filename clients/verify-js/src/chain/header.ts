import { FormatError } from '../bytes.js';
import { keccak256 } from '../crypto/hashes.js';
import { bytesOf, decodeRlp, encodeBytes, encodeList, fixedOf, integerOf, listOf, type RlpItem } from './rlp.js';

type Kind = { readonly fixed: number } | { readonly integer: number } | 'bytes';

const HASH: Kind = { fixed: 32 };
const UINT64: Kind = { integer: 8 };
const UINT256: Kind = { integer: 32 };

/** The fields as JSON-RPC names them, in the order of the RLP list. */
const FIELDS: readonly (readonly [string, Kind])[] = [
  ['parentHash', HASH],
  ['sha3Uncles', HASH],
  ['miner', { fixed: 20 }],
  ['stateRoot', HASH],
  ['transactionsRoot', HASH],
  ['receiptsRoot', HASH],
  ['logsBloom', { fixed: 256 }],
  ['difficulty', UINT256],
  ['number', UINT64],
  ['gasLimit', UINT64],
  ['gasUsed', UINT64],
  ['timestamp', UINT64],
  ['extraData', 'bytes'],
  ['mixHash', HASH],
  ['nonce', { fixed: 8 }],
  ['baseFeePerGas', UINT256],
  ['withdrawalsRoot', HASH],
  ['blobGasUsed', UINT64],
  ['excessBlobGas', UINT64],
  ['parentBeaconBlockRoot', HASH],
  ['requestsHash', HASH],
];

/** Berlin and before, London, Shanghai, Cancun, Prague. */
const FIELD_COUNTS = [15, 16, 17, 20, 21];
const EXTRA_DATA = 12;

/** A block header as a private chain may have it, from the forks before London to Prague. */
export class BlockHeader {
  private constructor(
    readonly rlp: Uint8Array,
    private readonly fields: readonly RlpItem[],
  ) {}

  /** @throws FormatError naming the field that is wrong. */
  static parse(rlp: Uint8Array): BlockHeader {
    const fields = listOf(decodeRlp(rlp), 'A block header');
    if (!FIELD_COUNTS.includes(fields.length)) throw new FormatError(`A block header has ${FIELD_COUNTS.join(', ')} fields, not ${fields.length}.`);
    fields.forEach((field, i) => check(field, FIELDS[i] as readonly [string, Kind]));
    return new BlockHeader(rlp, fields);
  }

  /** Keccak-256 of the RLP. For QBFT and IBFT 2.0 the chain's own hash is another one. */
  get hash(): Uint8Array {
    return keccak256(this.rlp);
  }

  /** Keccak-256 of the header with other extra data. */
  hashWith(extraData: Uint8Array): Uint8Array {
    return keccak256(encodeList(this.fields.map((field, i) => (i === EXTRA_DATA ? encodeBytes(extraData) : field.raw))));
  }

  bytes(name: string): Uint8Array {
    return bytesOf(this.field(name), name);
  }

  integer(name: string): bigint {
    return integerOf(this.field(name), 32, name);
  }

  get number(): bigint {
    return this.integer('number');
  }

  /** Seconds since 1970. */
  get timestamp(): bigint {
    return this.integer('timestamp');
  }

  private field(name: string): RlpItem {
    const item = this.fields[FIELDS.findIndex(([field]) => field === name)];
    if (item === undefined) throw new FormatError(`The header has no field ${name}.`);
    return item;
  }
}

function check(field: RlpItem, [name, kind]: readonly [string, Kind]): void {
  if (kind === 'bytes') bytesOf(field, name);
  else if ('fixed' in kind) fixedOf(field, kind.fixed, name);
  else integerOf(field, kind.integer, name);
}
