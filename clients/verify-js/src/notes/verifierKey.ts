import { concat, FormatError, fromBase64, hex, toUtf8 } from '../bytes.js';
import { verifyEd25519 } from '../crypto/ed25519.js';
import { sha256 } from '../crypto/hashes.js';
import { verifyCosignature } from './cosignature.js';
import { checkKeyName } from './text.js';

/** Algorithm byte of an Ed25519 signature over a note's text. */
export const ED25519 = 0x01;
/** Algorithm byte of a timestamped witness cosignature (C2SP tlog-cosignature). */
export const COSIGNATURE = 0x04;

/** The public half of a key that signs notes, as text `name+id+base64` (C2SP signed-note). */
export class VerifierKey {
  /** First four bytes of SHA-256(name || newline || algorithm || key), in hexadecimal. */
  readonly id: string;
  /** SHA-256 of the key's text, in hexadecimal: the id of a log on the ledger. */
  readonly logId: string;

  private constructor(
    readonly text: string,
    readonly name: string,
    readonly algorithm: number,
    readonly publicKey: Uint8Array,
  ) {
    this.id = hex(sha256(concat(toUtf8(`${name}\n`), Uint8Array.of(algorithm), publicKey)).subarray(0, 4));
    this.logId = hex(sha256(toUtf8(text)));
  }

  /** @throws FormatError when the text is no key of a known algorithm, or its id is not that of the key. */
  static parse(text: string): VerifierKey {
    // The base64 may hold pluses of its own; name and id cannot.
    const [, name, id, base64] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
    if (name === undefined || base64 === undefined) throw new FormatError(`'${text}' is not a verifier key name+id+base64.`);
    const encoded = fromBase64(base64);
    if (encoded === null || encoded.length !== 33) throw new FormatError(`The key of '${name}' is not base64 of an algorithm and 32 bytes.`);
    const algorithm = encoded[0] as number;
    if (algorithm !== ED25519 && algorithm !== COSIGNATURE) throw new FormatError(`The key of '${name}' has the unknown algorithm ${algorithm}; known are 1 and 4.`);
    checkKeyName(name);
    const key = new VerifierKey(text, name, algorithm, encoded.subarray(1));
    if (key.id !== id) throw new FormatError(`The key of '${name}' has the id ${key.id}, not '${id}'.`);
    return key;
  }

  static tryParse(text: string): VerifierKey | null {
    try {
      return VerifierKey.parse(text);
    } catch {
      return null;
    }
  }

  verifies(text: string, value: Uint8Array): boolean {
    return this.algorithm === COSIGNATURE ? verifyCosignature(this.publicKey, text, value) : verifyEd25519(this.publicKey, toUtf8(text), value);
  }
}
