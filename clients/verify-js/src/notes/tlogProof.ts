import { FormatError, fromBase64, parseUint64 } from '../bytes.js';
import { parseSignedCheckpoint } from './checkpoint.js';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 64;

/** That one leaf is in a log (C2SP tlog-proof). Whether it proves anything is not looked at here. */
export interface TlogProof {
  readonly index: bigint;
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, as text. */
  readonly checkpoint: string;
}

/** Reads the proof of a package, which has no `extra` line. @throws FormatError */
export function parseTlogProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw new FormatError('The proof has no empty line before its checkpoint.');
  const [header, indexLine = '', ...lines] = text.slice(0, blank).split('\n', MAX_HASHES + 3);
  if (header !== HEADER) throw new FormatError(`The proof does not begin with the line '${HEADER}'.`);
  if (indexLine.startsWith('extra ')) throw new FormatError('The proof has an extra line, which packages do not have.');
  const index = indexLine.startsWith('index ') ? parseUint64(indexLine.slice(6)) : null;
  if (index === null) throw new FormatError("The proof has no line 'index' with a leaf index where it belongs.");
  if (lines.length > MAX_HASHES) throw new FormatError(`The proof has more than ${MAX_HASHES} hashes.`);
  const checkpoint = text.slice(blank + 2);
  parseSignedCheckpoint(checkpoint);
  return { index, hashes: lines.map(parseHash), checkpoint };
}

function parseHash(line: string, i: number): Uint8Array {
  const hash = fromBase64(line);
  if (hash === null || hash.length !== 32) throw new FormatError(`Hash ${i} of the proof is not base64 of 32 bytes.`);
  return hash;
}
