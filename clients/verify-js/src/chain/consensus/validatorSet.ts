import type { TrustedChain, ValidatorRange } from '../../trust/policy.js';

/** More validators than this are not read: each seal costs a recovery of a key. */
export const MAX_VALIDATORS = 1024;

/** Who may seal a block, as trust.json says it for the block's height, or as a history of headers proves it. */
export class ValidatorSet {
  private constructor(
    /** Lower-case hexadecimal with 0x, ascending by their bytes. */
    readonly addresses: readonly string[],
    /** Whether it follows from a history of headers. */
    readonly isProven = false,
  ) {}

  /** Null when trust.json does not say who the validators at a height are. */
  static at(chain: TrustedChain, height: bigint): ValidatorSet | null {
    const ranges = chain.validators.filter((range) => height >= range.from && height <= range.to);
    const [only] = ranges;
    return only === undefined || ranges.length > 1 ? null : new ValidatorSet([...only.addresses].sort());
  }

  /** The set that a history begins with. */
  static provenFrom(range: ValidatorRange): ValidatorSet {
    return new ValidatorSet([...range.addresses].sort(), true);
  }

  /** The set with one address more or less. */
  changed(address: string, adds: boolean): ValidatorSet {
    const others = this.addresses.filter((own) => own !== address);
    return new ValidatorSet(adds ? [...others, address].sort() : others, this.isProven);
  }

  sameAs(addresses: readonly string[]): boolean {
    return [...addresses].sort().join() === this.addresses.join();
  }

  /** Who says that these are the validators. */
  get namedBy(): string {
    return this.isProven ? 'the history of headers' : 'trust.json';
  }

  /** More than half. */
  get majority(): number {
    return Math.floor(this.addresses.length / 2) + 1;
  }

  /** Two thirds, rounded up: as many as make a QBFT or IBFT 2.0 block final. */
  get commitQuorum(): number {
    return Math.ceil((2 * this.addresses.length) / 3);
  }

  has(address: string): boolean {
    return this.addresses.includes(address);
  }

  /** Whether it is a signer's turn at a height (EIP-225). */
  inTurn(address: string, height: bigint): boolean {
    return this.addresses[Number(height % BigInt(this.addresses.length))] === address;
  }

  toString(): string {
    return `${this.addresses.length} validators (${this.addresses.join(', ')})`;
  }
}
