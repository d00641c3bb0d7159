import { FormatError, fromBase64, hex, parseUint64 } from '../bytes.js';
import { SignedNote } from './signedNote.js';

/** What a log states about itself (C2SP tlog-checkpoint): its name, its size, its root in hexadecimal. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: string;
}

/** Reads a note's text. Extension lines are refused: these logs have none. @throws FormatError */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, end, ...rest] = text.split('\n');
  if (origin === undefined || sizeText === undefined || rootText === undefined || end !== '' || rest.length > 0) throw new FormatError('A checkpoint has three lines: origin, size and root.');
  if (origin === '') throw new FormatError('The first line of the checkpoint, its origin, is empty.');
  const size = parseUint64(sizeText);
  if (size === null) throw new FormatError(`The second line of the checkpoint, '${sizeText}', is not a tree size.`);
  const root = fromBase64(rootText);
  if (root === null || root.length !== 32) throw new FormatError(`The third line of the checkpoint, '${rootText}', is not base64 of a root of 32 bytes.`);
  return { origin, size, root: hex(root) };
}

/** A checkpoint with the signatures that came along. */
export interface SignedCheckpoint {
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

/** @throws FormatError */
export function parseSignedCheckpoint(text: string): SignedCheckpoint {
  const note = SignedNote.parse(text);
  return { note, checkpoint: parseCheckpoint(note.text) };
}
