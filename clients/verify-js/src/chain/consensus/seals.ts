import type { TrustedChain } from '../../trust/policy.js';
import { Codes } from '../../verification/codes.js';
import type { FindingList } from '../../verification/finding.js';
import type { BlockHeader } from '../header.js';
import { checkClique } from './clique.js';
import { checkCommitSeals, readExtraData } from './commitSeals.js';
import type { ValidatorHistory } from './history.js';
import { KnownValidators } from './knownValidators.js';

/** The header, of these that follow each other without a gap, with which the validators who are known have sealed the first one: its time is the first by which enough had. Null when they have not. */
export function checkSeals(headers: readonly [BlockHeader, ...BlockHeader[]], chain: TrustedChain, history: ValidatorHistory | null, list: FindingList): BlockHeader | null {
  const known = new KnownValidators(chain, history, list);
  const sealed = sealingHeader(headers, known, list);
  known.compare(headers);
  return sealed;
}

function sealingHeader(headers: readonly [BlockHeader, ...BlockHeader[]], known: KnownValidators, list: FindingList): BlockHeader | null {
  const { consensus } = known.chain;
  const [first] = headers;
  if (consensus === 'clique') return checkClique(headers, known, list);
  if (consensus === 'none') {
    list.warning(Codes.sealsUnchecked, 'seals', "trust.json asks for validators' seals, and a chain of consensus 'none' has none.");
    return null;
  }
  const extra = readExtraData(first, consensus, list);
  const set = extra && known.at(first.number);
  return extra !== null && set !== null && checkCommitSeals(first, consensus, extra, set, list) ? first : null;
}
