import { FormatError, fromBase64, fromHex } from '../bytes.js';
import { type Json, JsonNumber, type JsonObject } from './parse.js';

/** Reads the members of an object by name and kind, and refuses what it was not asked for. Errors name the member by its path. */
export class ObjectReader {
  private readonly members: JsonObject;
  private readonly seen = new Set<string>();

  constructor(
    value: Json,
    private readonly path = '',
  ) {
    if (!(value instanceof Map)) throw new FormatError(`${path || 'The document'}: it is not an object.`);
    this.members = value;
  }

  names(): string[] {
    return [...this.members.keys()];
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  get(name: string): Json {
    this.seen.add(name);
    const value = this.members.get(name);
    if (value === undefined) throw new FormatError(`${this.pathOf(name)}: the member is missing.`);
    return value;
  }

  format(expected: string): void {
    if (this.string('format') !== expected) throw this.wrong('format', `'${expected}'`);
  }

  string(name: string): string {
    return stringOf(this.get(name), this.pathOf(name));
  }

  optionalString(name: string): string | undefined {
    return this.has(name) ? this.string(name) : undefined;
  }

  boolean(name: string): boolean {
    const value = this.get(name);
    if (typeof value !== 'boolean') throw this.wrong(name, 'true or false');
    return value;
  }

  /** An integer from 0 to 2^53 - 1, written out. */
  integer(name: string, largest = Number.MAX_SAFE_INTEGER): number {
    const value = this.get(name);
    const number = value instanceof JsonNumber && /^[0-9]{1,16}$/.test(value.text) ? Number(value.text) : Number.NaN;
    if (!(number <= largest)) throw this.wrong(name, `an integer from 0 to ${largest}`);
    return number;
  }

  /** 64 hexadecimal characters of either case, as lower-case text. */
  digest(name: string): string {
    const text = this.string(name);
    if (!/^[0-9a-fA-F]{64}$/.test(text)) throw this.wrong(name, '64 hexadecimal characters');
    return text.toLowerCase();
  }

  hex(name: string, length?: number): Uint8Array {
    return hexOf(this.get(name), this.pathOf(name), length);
  }

  hexList(name: string, length?: number): Uint8Array[] {
    return this.list(name, (item, path) => hexOf(item, path, length));
  }

  base64(name: string): Uint8Array {
    const bytes = fromBase64(this.string(name));
    if (bytes === null) throw this.wrong(name, 'base64');
    return bytes;
  }

  strings(name: string): string[] {
    return this.list(name, stringOf);
  }

  list<T>(name: string, read: (item: Json, path: string) => T): T[] {
    const value = this.get(name);
    if (!Array.isArray(value)) throw this.wrong(name, 'a list');
    return value.map((item, i) => read(item, `${this.pathOf(name)}[${i}]`));
  }

  object(name: string): ObjectReader {
    return new ObjectReader(this.get(name), this.pathOf(name));
  }

  /** Refuses members that were not read. */
  end(): void {
    for (const name of this.members.keys()) if (!this.seen.has(name)) throw new FormatError(`${this.pathOf(name)}: the member is not known.`);
  }

  wrong(name: string, expected: string): FormatError {
    return new FormatError(`${this.pathOf(name)}: it is not ${expected}.`);
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

export function stringOf(value: Json, path: string): string {
  if (typeof value !== 'string') throw new FormatError(`${path}: it is not a string.`);
  return value;
}

/** Lower-case hexadecimal with 0x. */
function hexOf(value: Json, path: string, length?: number): Uint8Array {
  const text = stringOf(value, path);
  const bytes = /^0x[0-9a-f]*$/.test(text) ? fromHex(text.slice(2)) : null;
  if (bytes === null) throw new FormatError(`${path}: it is not 0x and an even number of lower-case hexadecimal characters.`);
  if (length !== undefined && bytes.length !== length) throw new FormatError(`${path}: it has ${bytes.length} bytes, not ${length}.`);
  return bytes;
}
