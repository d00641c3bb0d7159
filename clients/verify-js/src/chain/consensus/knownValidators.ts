import type { TrustedChain } from '../../trust/policy.js';
import { Codes } from '../../verification/codes.js';
import type { FindingList } from '../../verification/finding.js';
import type { BlockHeader } from '../header.js';
import type { ProvenValidators, ValidatorHistory } from './history.js';
import { ValidatorSet } from './validatorSet.js';

/** Who the validators of each block are: whom trust.json names, and where it names nobody and allows it, who follows from a history of headers. */
export class KnownValidators {
  private proven: ProvenValidators | null = null;

  constructor(
    readonly chain: TrustedChain,
    private readonly history: ValidatorHistory | null,
    private readonly list: FindingList,
  ) {}

  /** The set at a height; a warning where it is not known. */
  at(height: bigint): ValidatorSet | null {
    const named = ValidatorSet.at(this.chain, height);
    if (named !== null) return named;
    if (this.proven === null && this.history !== null && this.chain.followsHistory) {
      this.proven = this.history.under(this.chain);
      this.list.findings.push(...this.proven.findings);
    }
    const proven = this.proven?.at(height) ?? null;
    if (proven === null) this.list.warning(Codes.sealsUnchecked, 'seals', `trust.json does not say who the validators of block ${height} are${this.why}.`);
    return proven;
  }

  private get why(): string {
    if (this.history === null) return '';
    return this.chain.followsHistory ? ', and no history of headers proves it' : ", and does not allow the package's history of headers to prove it (chain.history)";
  }

  /** Where the history was asked: whether it is one of the chain that the headers are on. */
  compare(headers: readonly BlockHeader[]): void {
    const { proven } = this;
    if (proven === null || proven.findings.length > 0) return;
    const stray = headers.find((header) => !proven.isOfSameChain(header));
    if (stray === undefined) this.list.ground(proven.ground);
    else this.list.warning(Codes.historyElsewhere, `block ${stray.number}`, 'The block is on another chain than the history of headers that is to prove its validators.');
  }
}
