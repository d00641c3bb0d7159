import type { TrustedChain } from '../../trust/policy.js';
import { Codes } from '../../verification/codes.js';
import type { FindingList } from '../../verification/finding.js';

/** More validators than this are not read: each seal costs a recovery of a key. */
export const MAX_VALIDATORS = 1024;

/** Who may seal a block, as trust.json says it for the block's height. */
export class ValidatorSet {
  private constructor(
    /** Lower-case hexadecimal with 0x, ascending by their bytes. */
    readonly addresses: readonly string[],
  ) {}

  /** Null when trust.json does not say who the validators at a height are. */
  static at(chain: TrustedChain, height: bigint): ValidatorSet | null {
    const ranges = chain.validators.filter((range) => height >= range.from && height <= range.to);
    const [only] = ranges;
    return only === undefined || ranges.length > 1 ? null : new ValidatorSet([...only.addresses].sort());
  }

  /** Like `at`, with a warning where the set is not known. */
  static atOrWarn(chain: TrustedChain, height: bigint, list: FindingList): ValidatorSet | null {
    const set = ValidatorSet.at(chain, height);
    if (set === null) list.warning(Codes.sealsUnchecked, 'seals', `trust.json does not say who the validators of block ${height} are.`);
    return set;
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
