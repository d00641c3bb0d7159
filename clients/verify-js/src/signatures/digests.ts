import { md5, sha1 } from '@noble/hashes/legacy';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2';
import type { CHash } from '@noble/hashes/utils';

/** A digest algorithm that signatures use. */
export interface DigestAlgorithm {
  readonly name: string;
  readonly oid: string;
  readonly hash: CHash;
  /** No longer binds content: a signature over it proves nothing by itself. */
  readonly weak: boolean;
}

const NIST = '2.16.840.1.101.3.4.2';

export const SHA256: DigestAlgorithm = { name: 'SHA256', oid: `${NIST}.1`, hash: sha256, weak: false };
export const SHA1: DigestAlgorithm = { name: 'SHA1', oid: '1.3.14.3.2.26', hash: sha1, weak: true };

/** SHA-3 is none of them: not every platform has it, and verifiers must agree. */
const ALL: readonly DigestAlgorithm[] = [
  SHA256,
  { name: 'SHA384', oid: `${NIST}.2`, hash: sha384, weak: false },
  { name: 'SHA512', oid: `${NIST}.3`, hash: sha512, weak: false },
  SHA1,
  { name: 'MD5', oid: '1.2.840.113549.2.5', hash: md5, weak: true },
];

export const digestByOid = (oid: string): DigestAlgorithm | null => ALL.find((digest) => digest.oid === oid) ?? null;
export const digestByName = (name: string): DigestAlgorithm => ALL.find((digest) => digest.name === name) ?? SHA256;
