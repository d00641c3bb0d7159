import { equal, FormatError, hex0x } from '../../bytes.js';
import { parseCanonical } from '../../json/canonical.js';
import { ObjectReader } from '../../json/reader.js';
import type { TrustedChain } from '../../trust/policy.js';
import { Codes } from '../../verification/codes.js';
import { type Finding, FindingList } from '../../verification/finding.js';
import { BlockHeader } from '../header.js';
import { blockHash } from './blockHash.js';
import { type HistoryRun, newRun } from './historyRuns.js';
import { ValidatorSet } from './validatorSet.js';
import { type ValidatorVote, VoteTally } from './voteTally.js';

/** Most headers that are read: each costs the recovery of at least one key. */
const MAX_HEADERS = 16_384;

/** anchors/history.json: headers that prove how the validators of a chain changed, in unbroken runs by their heights. */
export class ValidatorHistory {
  private last: { readonly chain: TrustedChain; readonly proven: ProvenValidators } | null = null;

  constructor(readonly headers: readonly Uint8Array[]) {}

  /** @throws FormatError */
  static parse(bytes: Uint8Array): ValidatorHistory {
    const json = new ObjectReader(parseCanonical(bytes));
    json.format('evidence.history/1');
    const headers = json.hexList('headers');
    if (headers.length > MAX_HEADERS) throw json.wrong('headers', `a list of at most ${MAX_HEADERS} headers`);
    json.end();
    return new ValidatorHistory(headers);
  }

  /** What it proves under a trust.json; followed once, for any number of anchors. */
  under(chain: TrustedChain): ProvenValidators {
    if (this.last?.chain !== chain) this.last = { chain, proven: new HistoryWalk(chain).run(this.headers) };
    return this.last.proven;
  }
}

interface KnownFrom {
  readonly from: bigint;
  readonly set: ValidatorSet;
}

interface KnownHeader {
  readonly number: bigint;
  readonly hash: Uint8Array;
}

/** What following a history gave; with any finding it proves nothing. */
export class ProvenValidators {
  private readonly byHeight: ReadonlyMap<bigint, Uint8Array>;

  constructor(
    private readonly chain: TrustedChain,
    readonly findings: readonly Finding[],
    private readonly sets: readonly KnownFrom[],
    private readonly headers: readonly KnownHeader[],
  ) {
    this.byHeight = new Map(headers.map(({ number, hash }) => [number, hash]));
  }

  get ground(): string {
    const [first, last, latest] = [this.headers[0], this.headers[this.headers.length - 1], this.sets[this.sets.length - 1]];
    return `Ledger: who the validators are where trust.json does not say so follows from the votes in ${this.headers.length} headers from block ${first?.number} to block ${last?.number}, sealed by those who were in force before: from block ${latest?.from} on ${latest?.set}, as far as those headers go.`;
  }

  /** The set at a height of which trust.json says nothing; null when nothing is proven of it. */
  at(height: bigint): ValidatorSet | null {
    const below = this.headers.filter(({ number }) => number <= height).pop();
    if (this.findings.length > 0 || below === undefined) return null;
    // A later word of trust.json outdates the history.
    if (this.chain.validators.some(({ from }) => from > below.number && from <= height)) return null;
    return this.sets.filter(({ from }) => from <= height).pop()?.set ?? null;
  }

  /** Whether a block is not at odds with the headers: the same one at the same height, and on top of the one below it. */
  isOfSameChain(header: BlockHeader): boolean {
    const [same, parent] = [this.byHeight.get(header.number), this.byHeight.get(header.number - 1n)];
    return (same === undefined || equal(same, blockHash(header, this.chain.consensus))) && (parent === undefined || equal(parent, header.bytes('parentHash')));
  }
}

/** What makes a history prove nothing. */
class Fault {
  constructor(
    readonly code: string,
    readonly subject: string,
    readonly message: string,
    readonly expected?: string,
    readonly actual?: string,
  ) {}
}

/**
 * Follows a history from the validators whom trust.json names: each header is sealed by those in force at its height, and who they are follows from the votes before it.
 * Stops at the first header that does not hold, and then nothing of it counts. All findings are warnings: a history only says who the validators are.
 */
class HistoryWalk {
  private readonly checks = new FindingList('ledger');
  private readonly sets: KnownFrom[] = [];
  private readonly headers: KnownHeader[] = [];
  private run_: HistoryRun | null = null;
  private tally: VoteTally | null = null;
  private beginsUnnamed = false;

  constructor(private readonly chain: TrustedChain) {}

  run(headers: readonly Uint8Array[]): ProvenValidators {
    const list = new FindingList('ledger');
    try {
      for (const rlp of headers) this.take(rlp);
      if (headers.length === 0) throw broken('header', 'It holds no header.');
      this.endRun();
    } catch (e) {
      if (!(e instanceof Fault)) throw e;
      list.warning(e.code, `history, ${e.subject}`, `The history of headers proves nothing: ${e.message}`, e.expected, e.actual);
    }
    return new ProvenValidators(this.chain, list.findings, this.sets, this.headers);
  }

  private take(rlp: Uint8Array): void {
    const { header, hash } = this.read(rlp);
    const [run, tally] = this.place(header);
    const named = ValidatorSet.at(this.chain, header.number);
    if (named !== null && !named.sameAs(tally.set.addresses)) throw new Fault(Codes.historyDiffers, `validators of block ${header.number}`, 'trust.json names others than those who follow from the history of headers.', `${named}`, `${tally.set}`);
    const vote = run.take(header, tally.set, this.checks);
    const [fault] = this.checks.findings;
    if (fault !== undefined) throw new Fault(OWN_CODES[fault.code] ?? Codes.historyUnsealed, fault.subject, fault.message, fault.expected, fault.actual);
    this.headers.push({ number: header.number, hash });
    this.count(vote, header, run, tally);
  }

  private read(rlp: Uint8Array): { header: BlockHeader; hash: Uint8Array } {
    try {
      const header = BlockHeader.parse(rlp);
      return { header, hash: blockHash(header, this.chain.consensus) };
    } catch (e) {
      if (!(e instanceof FormatError)) throw e;
      throw broken('header', `It could not be read: ${e.message}`);
    }
  }

  /** The run that the header goes on with or begins, and the votes before it. */
  private place(header: BlockHeader): [HistoryRun, VoteTally] {
    const [last, subject] = [this.headers[this.headers.length - 1], `block ${header.number}`];
    if (last !== undefined && header.number <= last.number) throw broken(subject, 'It is not behind the one before it.', `more than ${last.number}`, `${header.number}`);
    if (this.run_ === null || this.tally === null || last?.number !== header.number - 1n) return this.begin(header, last?.number ?? -1n);
    if (!equal(header.bytes('parentHash'), last.hash)) throw broken(subject, 'It does not follow the one before it.', hex0x(last.hash), hex0x(header.bytes('parentHash')));
    return [this.run_, this.tally];
  }

  /** Begins a run with those who were last known to be in force: named by trust.json at or below its height, or left by the run before. */
  private begin(header: BlockHeader, last: bigint): [HistoryRun, VoteTally] {
    this.endRun();
    const latest = this.chain.validators.filter(({ from }) => from <= header.number && from > last).sort((a, b) => a.from - b.from).pop();
    const set = latest === undefined ? this.tally?.set : ValidatorSet.provenFrom(latest);
    if (set === undefined) throw broken(`block ${header.number}`, 'trust.json names no validators at its height or below.');
    this.beginsUnnamed = ValidatorSet.at(this.chain, header.number) === null;
    this.run_ = newRun(this.chain);
    if (!this.run_.mayBegin(header, !this.beginsUnnamed)) throw broken(`block ${header.number}`, `Votes may stand there already that are not in the history: a run begins at a multiple of the epoch of ${this.chain.epoch}, or right behind one where trust.json names the signers.`);
    this.tally = new VoteTally(set, this.chain.consensus !== 'clique');
    this.sets.push({ from: header.number, set });
    return [this.run_, this.tally];
  }

  private endRun(): void {
    if (this.run_ !== null && !this.run_.isFinal) throw new Fault(Codes.historyUnsealed, 'run of headers', 'Fewer signers have built on a change of the signers, or on a checkpoint, than are more than half of those who were in force there.');
  }

  private count(vote: ValidatorVote | null, header: BlockHeader, run: HistoryRun, tally: VoteTally): void {
    const before = tally.set;
    if (this.beginsUnnamed) run.mustBeBuiltOn(before);
    this.beginsUnnamed = false;
    if (header.number % BigInt(this.chain.epoch) === 0n) tally.reset();
    else if (vote !== null && tally.cast(vote)) {
      if (tally.set.addresses.length === 0) throw broken(`block ${header.number}`, 'With the vote in it there would be no validators.');
      this.sets.push({ from: header.number + 1n, set: tally.set });
      run.mustBeBuiltOn(before);
    }
  }
}

/** A history has codes of its own: what is wrong with it is not wrong with the anchor. */
const OWN_CODES: Readonly<Record<string, string>> = { [Codes.validatorsDiffer]: Codes.historyDiffers, [Codes.validatorsInContract]: Codes.validatorsInContract };

const broken = (subject: string, message: string, expected?: string, actual?: string): Fault => new Fault(Codes.historyBroken, subject, message, expected, actual);
