import { FormatError } from '../bytes.js';
import { parseCheckpoint } from './checkpoint.js';
import { SignedNote } from './signedNote.js';
import { ED25519, VerifierKey } from './verifierKey.js';

const HEADER = 'evidence/key-rotation/v1';

/** That a log's key gives way to another one: a signed note of six lines. Whether both have signed it is not looked at here. */
export interface Rotation {
  readonly old: VerifierKey;
  readonly next: VerifierKey;
  /** Number of leaves at the rotation. */
  readonly size: bigint;
  readonly note: SignedNote;
}

/** Reads a rotation in exactly its form. @throws FormatError */
export function parseRotation(text: string): Rotation {
  const note = SignedNote.parse(text);
  const [header, origin, oldText, nextText, size, root, end, ...rest] = note.text.split('\n');
  if (header !== HEADER || origin === undefined || oldText === undefined || nextText === undefined || end !== '' || rest.length > 0)
    throw new FormatError(`A rotation has six lines: '${HEADER}', origin, old key, new key, size and root.`);
  const checkpoint = parseCheckpoint(`${origin}\n${size}\n${root}\n`);
  const [old, next] = [parseLogKey(oldText, origin), parseLogKey(nextText, origin)];
  if (old.id === next.id) throw new FormatError(`The rotation of '${origin}' names the key id ${old.id} twice.`);
  // At most one signature of each, the old one's first, and nobody else's.
  const signers = note.signatures.map((signature) => `${signature.name}+${signature.keyId}`);
  const inOrder = [old, next].map((key) => `${key.name}+${key.id}`).filter((signer) => signers.includes(signer));
  if (inOrder.join('\n') !== signers.join('\n')) throw new FormatError(`The rotation of '${origin}' bears other signatures than one of the old key and then one of the new.`);
  return { old, next, size: checkpoint.size, note };
}

function parseLogKey(text: string, origin: string): VerifierKey {
  const key = VerifierKey.parse(text);
  if (key.algorithm !== ED25519 || key.name !== origin) throw new FormatError(`The rotation of '${origin}' names a key that is not one of that log: ${text}`);
  return key;
}
