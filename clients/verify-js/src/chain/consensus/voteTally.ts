import type { ValidatorSet } from './validatorSet.js';

/** A validator's vote in a header: to add somebody, or to drop one of them. */
export interface ValidatorVote {
  readonly voter: string;
  readonly subject: string;
  readonly adds: boolean;
}

/** The votes that stand, and the validators of the next block. Clique (EIP-225) drops a vote for what is so already at once; QBFT and IBFT 2.0 keep it. */
export class VoteTally {
  private readonly votes = new Map<string, Map<string, boolean>>();

  constructor(
    public set: ValidatorSet,
    private readonly keepsIdleVotes: boolean,
  ) {}

  /** Lets every vote lapse, as it is at each epoch. */
  reset(): void {
    this.votes.clear();
  }

  /** Counts a vote; true when with it the validators change. */
  cast({ voter, subject, adds }: ValidatorVote): boolean {
    const onSubject = this.votes.get(subject) ?? new Map<string, boolean>();
    this.votes.set(subject, onSubject);
    onSubject.delete(voter);
    const isMember = this.set.has(subject);
    if (this.keepsIdleVotes || adds !== isMember) onSubject.set(voter, adds);
    // Votes that did not suffice before the validators became fewer may do so at the next touch, whatever that one says.
    const passed = [true, false].find((kind) => [...onSubject.values()].filter((vote) => vote === kind).length >= this.set.majority);
    if (passed === undefined) return false;
    this.votes.delete(subject);
    if (passed === isMember) return false;
    this.set = this.set.changed(subject, passed);
    if (!passed) for (const others of this.votes.values()) others.delete(subject);
    return true;
  }
}
