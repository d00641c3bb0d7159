import { FormatError } from '../../bytes.js';
import type { Consensus, TrustedChain } from '../../trust/policy.js';
import { Codes } from '../../verification/codes.js';
import type { FindingList } from '../../verification/finding.js';
import type { BlockHeader } from '../header.js';
import { checkClique } from './clique.js';
import { checkCommitSeals, parseBftExtraData } from './commitSeals.js';

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

/** The header, of these that follow each other without a gap, with which the validators whom trust.json names have sealed the first one: its time is the first by which enough had. Null when they have not. */
export function checkSeals(headers: readonly [BlockHeader, ...BlockHeader[]], chain: TrustedChain, list: FindingList): BlockHeader | null {
  if (chain.consensus === 'clique') return checkClique(headers, chain, list);
  if (chain.consensus !== 'none') return checkCommitSeals(headers[0], chain.consensus, chain, list) ? headers[0] : null;
  list.warning(Codes.sealsUnchecked, 'seals', "trust.json asks for validators' seals, and a chain of consensus 'none' has none.");
  return null;
}
