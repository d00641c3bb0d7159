/** Bounds on what a package may ask of its reader. */
export interface PackageLimits {
  readonly packageBytes: number;
  readonly members: number;
  /** Bytes of a member that has to be held. */
  readonly heldMember: number;
  /** Bytes held for one record, and for the package outside of records, each. */
  readonly held: number;
  /** Records whose numbers are held so that none comes twice. */
  readonly records: number;
  /** Findings that are kept; further ones are counted. */
  readonly findings: number;
}

export const DEFAULT_LIMITS: PackageLimits = { packageBytes: 2 ** 44, members: 2 ** 26, heldMember: 4 * 2 ** 20, held: 16 * 2 ** 20, records: 2 ** 21, findings: 1000 };
