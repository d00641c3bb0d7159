import { concat, toBigInt, toUtf8 } from '../bytes.js';
import { verifyEd25519 } from '../crypto/ed25519.js';

const TIME_SIZE = 8;
const LATEST = 253_402_300_799n; // 9999-12-31T23:59:59Z

/** Whether a value is a cosignature/v1 over a checkpoint's text (C2SP tlog-cosignature): a time in seconds, and a signature over a header, that time and the text. */
export function verifyCosignature(publicKey: Uint8Array, text: string, value: Uint8Array): boolean {
  if (value.length !== TIME_SIZE + 64 || cosignedAt(value) > LATEST) return false;
  return verifyEd25519(publicKey, concat(toUtf8(`cosignature/v1\ntime ${cosignedAt(value)}\n`), toUtf8(text)), value.subarray(TIME_SIZE));
}

/** The time in a value, in seconds since 1970. */
export const cosignedAt = (value: Uint8Array): bigint => toBigInt(value.subarray(0, TIME_SIZE));
