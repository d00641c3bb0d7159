import { FormatError, fromBase64, hex, toBase64, concat, fromHex } from '../bytes.js';
import { cosignedAt } from './cosignature.js';
import { checkKeyName, isNoteText } from './text.js';
import { COSIGNATURE, type VerifierKey } from './verifierKey.js';

const MAX_SIGNATURES = 100;
const MAX_CHARACTERS = 1_000_000;

export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly value: Uint8Array;
}

/** Text and the signatures over it (C2SP signed-note). Nothing in it is to be believed before a trusted key has signed it. */
export class SignedNote {
  private constructor(
    readonly text: string,
    readonly signatures: readonly NoteSignature[],
  ) {}

  /** @throws FormatError */
  static parse(note: string): SignedNote {
    if (note.length > MAX_CHARACTERS) throw new FormatError(`The note has ${note.length} characters, more than ${MAX_CHARACTERS}.`);
    const blank = note.lastIndexOf('\n\n');
    if (blank < 0 || !note.endsWith('\n')) throw new FormatError('The note has no blank line before its signatures, or no newline at its end.');
    const text = note.slice(0, blank + 1);
    if (!isNoteText(text)) throw new FormatError('The text of the note holds a control character or is not valid Unicode.');
    const lines = note.slice(blank + 2).split('\n').slice(0, -1);
    if (lines.length === 0 || lines.length > MAX_SIGNATURES) throw new FormatError(`The note has ${lines.length} signatures; it must have 1 to ${MAX_SIGNATURES}.`);
    return new SignedNote(text, lines.map(parseLine));
  }

  /** The note as it was read. */
  encode(): string {
    return `${this.text}\n${this.signatures.map((s) => `\u2014 ${s.name} ${toBase64(concat(fromHex(s.keyId) as Uint8Array, s.value))}\n`).join('')}`;
  }

  /** Whether a signature line names the key. */
  bears(key: VerifierKey): boolean {
    return this.of(key).length > 0;
  }

  /** Whether a signature line names the key, and every one that does verifies. */
  isSignedBy(key: VerifierKey): boolean {
    return this.bears(key) && this.of(key).every((signature) => key.verifies(this.text, signature.value));
  }

  /** When a witness cosigned, by its own clock in seconds, the earliest time where it did so more than once; null when it did not, or a line of it does not verify. */
  cosignedAt(witness: VerifierKey): bigint | null {
    if (witness.algorithm !== COSIGNATURE || !this.isSignedBy(witness)) return null;
    return this.of(witness)
      .map((signature) => cosignedAt(signature.value))
      .reduce((a, b) => (b < a ? b : a));
  }

  private of(key: VerifierKey): NoteSignature[] {
    return this.signatures.filter((signature) => signature.name === key.name && signature.keyId === key.id);
  }
}

/** Em dash, space, key name, space, base64 of key id and signature. */
function parseLine(line: string, i: number): NoteSignature {
  const [dash, name, base64, ...rest] = line.split(' ');
  if (dash !== '\u2014' || name === undefined || base64 === undefined || rest.length > 0) throw new FormatError(`Signature line ${i + 1} of the note is not an em dash, a key name and a signature.`);
  checkKeyName(name);
  const bytes = fromBase64(base64);
  if (bytes === null || bytes.length <= 4) throw new FormatError(`Signature line ${i + 1} of the note, by '${name}', is not base64 of a key id and a signature.`);
  return { name, keyId: hex(bytes.subarray(0, 4)), value: bytes.subarray(4) };
}
