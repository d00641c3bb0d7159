import { FormatError, fromUtf8, isWellFormed } from '../bytes.js';

/** A number as it was written: what a double cannot hold must not be rounded before anyone has looked. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

export type JsonObject = Map<string, Json>;
export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject;

/** The most values (objects, lists, strings, numbers, literals) of one text: each takes far more memory than bytes. */
export const MAX_VALUES = 2 ** 18;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads one JSON value (RFC 8259) under the rules of I-JSON (RFC 7493): UTF-8, no repeated names, no half characters.
 * Nothing may follow the value, it is not null, objects and arrays are nested at most `maxDepth` deep,
 * and there are at most MAX_VALUES values.
 * @throws FormatError
 */
export function parseJson(bytes: Uint8Array, maxDepth = 64): Json {
  const parser = new Parser(fromUtf8(bytes), maxDepth);
  const value = parser.document();
  if (value === null) throw new FormatError('The JSON text is null.');
  return value;
}

class Parser {
  private at = 0;
  private depth = 0;
  private count = 0;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  document(): Json {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) throw this.wrong('something follows the value');
    return value;
  }

  private value(): Json {
    if (++this.count > MAX_VALUES) throw this.wrong(`it holds more than ${MAX_VALUES} values`);
    this.space();
    switch (this.text[this.at]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return this.string();
      case 't':
        return this.literal('true', true);
      case 'f':
        return this.literal('false', false);
      case 'n':
        return this.literal('null', null);
      default:
        return this.number();
    }
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > this.maxDepth) throw this.wrong(`it is nested deeper than ${this.maxDepth}`);
    this.at++;
    const value = read();
    this.depth--;
    return value;
  }

  private object(): JsonObject {
    const members: JsonObject = new Map();
    if (this.takes('}')) return members;
    do {
      this.space();
      const name = this.string();
      if (members.has(name)) throw this.wrong(`the name ${JSON.stringify(name)} is there twice`);
      if (!this.takes(':')) throw this.wrong('a colon is missing');
      members.set(name, this.value());
    } while (this.takes(','));
    if (!this.takes('}')) throw this.wrong('an object is not closed');
    return members;
  }

  private array(): Json[] {
    const items: Json[] = [];
    if (this.takes(']')) return items;
    do items.push(this.value());
    while (this.takes(','));
    if (!this.takes(']')) throw this.wrong('a list is not closed');
    return items;
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw this.wrong('a string is missing');
    this.at++;
    let value = '';
    for (;;) {
      value += this.matches(PLAIN);
      const end = this.text[this.at++];
      if (end === '"') break;
      if (end !== '\\') throw this.wrong('a string is not closed, or holds a control character');
      value += this.escape();
    }
    if (!isWellFormed(value)) throw this.wrong('a string holds half of a surrogate pair');
    return value;
  }

  private escape(): string {
    const letter = this.text[this.at++] ?? '';
    const simple = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (simple !== undefined) return simple;
    const digits = this.text.slice(this.at, this.at + 4);
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) throw this.wrong('an escape is not known');
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private number(): JsonNumber {
    const text = this.matches(NUMBER);
    if (text === '') throw this.wrong('a value is missing');
    return new JsonNumber(text);
  }

  private literal<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.wrong('a value is missing');
    this.at += word.length;
    return value;
  }

  private matches(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private takes(mark: string): boolean {
    this.space();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  private wrong(what: string): FormatError {
    return new FormatError(`The JSON text is not valid at character ${this.at}: ${what}.`);
  }
}
