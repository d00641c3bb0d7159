import { hex0x } from '../../bytes.js';
import type { TrustedChain } from '../../trust/policy.js';
import { Codes } from '../../verification/codes.js';
import type { FindingList } from '../../verification/finding.js';
import type { BlockHeader } from '../header.js';
import { checkCliqueHeader } from './clique.js';
import { type BftConsensus, checkCommitSeals, readExtraData } from './commitSeals.js';
import type { ValidatorSet } from './validatorSet.js';
import type { ValidatorVote } from './voteTally.js';

/** An unbroken run of headers in a history: what its consensus asks of where it begins, of each header, and of what is built on a change. */
export interface HistoryRun {
  /** Whether the votes can be counted from this header on; `isNamed`: trust.json names the set for its very height. */
  mayBegin(first: BlockHeader, isNamed: boolean): boolean;
  /** Finds what is wrong with a header, and gives the vote in it. */
  take(header: BlockHeader, set: ValidatorSet, list: FindingList): ValidatorVote | null;
  /** Says that with the header that was taken last something is so on which those who were in force there must have built. */
  mustBeBuiltOn(set: ValidatorSet): void;
  /** Whether all that had to be built on was. */
  readonly isFinal: boolean;
}

export const newRun = (chain: TrustedChain): HistoryRun => (chain.consensus === 'clique' ? new CliqueRun(BigInt(chain.epoch)) : new CommittedRun(chain.consensus as BftConsensus));

/** QBFT and IBFT 2.0: each header is final by its seals and lists its validators, so a run may begin anywhere: a change can only be missed, and then the next list differs. */
class CommittedRun implements HistoryRun {
  readonly isFinal = true;

  constructor(private readonly consensus: BftConsensus) {}

  mayBegin(): boolean {
    return true;
  }

  take(header: BlockHeader, set: ValidatorSet, list: FindingList): ValidatorVote | null {
    const extra = readExtraData(header, this.consensus, list);
    if (extra === null) return null;
    checkCommitSeals(header, this.consensus, extra, set, list);
    const voter = hex0x(header.bytes('miner'));
    if (!set.has(voter)) list.warning(Codes.sealingRuleBroken, `proposer of block ${header.number}`, 'It is none of the validators.', `${set}`, voter);
    return extra.vote && { voter, ...extra.vote };
  }

  mustBeBuiltOn(): void {
    // The seals in the header itself are all that there is to wait for.
  }
}

/** Clique: no header but a checkpoint lists the signers, so a run begins where no vote stands; and what no majority has built on, a few could have made. */
class CliqueRun implements HistoryRun {
  private readonly signers: (string | null)[] = [];
  private readonly open: { readonly from: number; readonly set: ValidatorSet }[] = [];
  private parent: BlockHeader | undefined;

  constructor(private readonly epoch: bigint) {}

  get isFinal(): boolean {
    return this.open.every(({ from, set }) => this.isBuiltOn(from, set));
  }

  mayBegin({ number }: BlockHeader, isNamed: boolean): boolean {
    return number > 0n && (number % this.epoch === 0n || (isNamed && number % this.epoch === 1n));
  }

  take(header: BlockHeader, set: ValidatorSet, list: FindingList): ValidatorVote | null {
    const voter = checkCliqueHeader(header, this.parent, set, Number(this.epoch), this.signers, list);
    this.signers.push(voter);
    this.parent = header;
    return voter === null ? null : { voter, subject: hex0x(header.bytes('miner')), adds: header.bytes('nonce')[0] === 0xff };
  }

  mustBeBuiltOn(set: ValidatorSet): void {
    this.open.push({ from: this.signers.length - 1, set });
  }

  private isBuiltOn(from: number, set: ValidatorSet): boolean {
    const distinct = new Set<string>();
    for (let i = from; i < this.signers.length && distinct.size < set.majority; i++) {
      const signer = this.signers[i];
      if (signer != null && set.has(signer)) distinct.add(signer);
    }
    return distinct.size >= set.majority;
  }
}
