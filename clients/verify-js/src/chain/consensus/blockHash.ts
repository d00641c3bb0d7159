import { FormatError } from '../../bytes.js';
import type { Consensus } from '../../trust/policy.js';
import type { BlockHeader } from '../header.js';
import { parseBftExtraData } from './commitSeals.js';

/** The hash of a block as its chain computes it. @throws FormatError when the extra data is not of this consensus. */
export function blockHash(header: BlockHeader, consensus: Consensus): Uint8Array {
  if (consensus === 'none' || consensus === 'clique') return header.hash;
  return header.hashWith(parseBftExtraData(header.bytes('extraData'), consensus).hashed);
}

/** Where nobody says what the chain's consensus is: one under which the header has this hash, or null. */
export function consensusOfHash(header: BlockHeader, matches: (hash: Uint8Array) => boolean): Consensus | null {
  for (const consensus of ['none', 'qbft', 'ibft2'] as const) {
    try {
      if (matches(blockHash(header, consensus))) return consensus;
    } catch (e) {
      if (!(e instanceof FormatError)) throw e;
    }
  }
  return null;
}
