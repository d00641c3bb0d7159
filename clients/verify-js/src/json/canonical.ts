import { equal, FormatError, toUtf8 } from '../bytes.js';
import { type Json, JsonNumber, type JsonObject, parseJson } from './parse.js';

/** The canonical form of a value (RFC 8785), in UTF-8. @throws FormatError for a number that no double holds. */
export function canonicalJson(value: Json): Uint8Array {
  return toUtf8(write(value));
}

/** Reads a value that stands in its canonical form. @throws FormatError */
export function parseCanonical(bytes: Uint8Array, maxDepth = 64): Json {
  const value = parseJson(bytes, maxDepth);
  if (!equal(canonicalJson(value), bytes)) throw new FormatError('It is not in canonical form (RFC 8785).');
  return value;
}

function write(value: Json): string {
  if (value instanceof JsonNumber) return writeNumber(value.text);
  if (value instanceof Map) return writeObject(value);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  // ECMAScript's own forms of strings and literals are those that RFC 8785, section 3.2.2, asks for.
  return JSON.stringify(value);
}

/** Members in the order of their names' UTF-16 code units (section 3.2.3), which is how ECMAScript compares strings. */
function writeObject(members: JsonObject): string {
  const names = [...members.keys()].sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${write(members.get(name) as Json)}`).join(',')}}`;
}

/** Section 3.2.2.3: ECMAScript's Number::toString. An integer that a double would silently change is refused. */
function writeNumber(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new FormatError(`The number ${text} is too large for a JSON number.`);
  const canonical = String(value === 0 ? 0 : value);
  if (isInteger(text) && isInteger(canonical) && BigInt(text) !== BigInt(canonical)) throw new FormatError(`The integer ${text} is beyond what a JSON number holds exactly.`);
  return canonical;
}

const isInteger = (text: string): boolean => /^-?[0-9]+$/.test(text);
