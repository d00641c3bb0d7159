import { keccak_256 } from '@noble/hashes/sha3';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2';

/** A running hash. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

export const sha256 = (bytes: Uint8Array): Uint8Array => nobleSha256(bytes);

/** Keccak-256 with the padding from before FIPS 202, as Ethereum uses it. */
export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes);

/** A portable running SHA-256. */
export const startSha256 = (): RunningHash => nobleSha256.create();
