import { concat, FormatError } from '../bytes.js';

const MAX_DEPTH = 64;

export const UNIVERSAL = 0;
export const CONTEXT = 2;
export const Tags = { boolean: 1, integer: 2, bitString: 3, octetString: 4, oid: 6, sequence: 16, set: 17, utcTime: 23, generalizedTime: 24 } as const;

/** One value of ASN.1 in BER (X.690), of which DER is the part without choices. */
export class Asn1 {
  private constructor(
    readonly tagClass: number,
    readonly constructed: boolean,
    readonly tag: number,
    /** The value with its tag and length. */
    readonly raw: Uint8Array,
    /** What is inside, without an end-of-contents mark. */
    readonly content: Uint8Array,
    private readonly depth: number,
  ) {}

  /** Reads the first value; what follows it is not looked at. @throws FormatError */
  static readFirst(bytes: Uint8Array): Asn1 {
    return Asn1.read(bytes, 0);
  }

  /** Reads a value that fills the bytes. @throws FormatError */
  static readWhole(bytes: Uint8Array): Asn1 {
    const value = Asn1.read(bytes, 0);
    if (value.raw.length !== bytes.length) throw new FormatError('Bytes follow the ASN.1 value.');
    return value;
  }

  /** Reads the first value, which stands this deep in others. */
  static read(bytes: Uint8Array, depth: number): Asn1 {
    if (depth > MAX_DEPTH) throw new FormatError(`ASN.1 is nested deeper than ${MAX_DEPTH}.`);
    const [first, second] = [bytes[0], bytes[1]];
    if (first === undefined || second === undefined) throw new FormatError('An ASN.1 value is cut off.');
    const [tagClass, constructed, tag] = [first >> 6, (first & 0x20) !== 0, first & 0x1f];
    if (tag === 0x1f) throw new FormatError('An ASN.1 tag has several bytes, which nothing here has.');
    if (second === 0x80 && constructed) return new Asn1(tagClass, constructed, tag, ...indefinite(bytes, depth), depth);
    const [header, length] = definiteLength(bytes);
    if (length > bytes.length - header) throw new FormatError('An ASN.1 value is cut off.');
    return new Asn1(tagClass, constructed, tag, bytes.subarray(0, header + length), bytes.subarray(header, header + length), depth);
  }

  private static readAll(content: Uint8Array, depth: number): Asn1[] {
    const values: Asn1[] = [];
    for (let at = 0; at < content.length; ) {
      const value = Asn1.read(content.subarray(at), depth);
      values.push(value);
      at += value.raw.length;
    }
    return values;
  }

  /** Whether tag and length stand there as DER has them; of what is inside it says nothing. */
  get hasDerLength(): boolean {
    return this.raw.length === encodeDer(this.raw[0] as number, this.content).length && !(this.raw[1] === 0x80);
  }

  /** The same of it and of all that is inside. @throws FormatError when that cannot be read */
  get hasDerLengths(): boolean {
    return this.hasDerLength && (!this.constructed || Asn1.readAll(this.content, this.depth + 1).every((inner) => inner.hasDerLengths));
  }

  is(tag: number, tagClass = UNIVERSAL): boolean {
    return this.tag === tag && this.tagClass === tagClass;
  }

  /** The values inside a constructed value of this tag. */
  list(tag: number, tagClass = UNIVERSAL): Asn1[] {
    if (!this.is(tag, tagClass) || !this.constructed) throw new FormatError(`ASN.1: the tag ${this.tagClass}/${this.tag} stands where a constructed ${tagClass}/${tag} belongs.`);
    return Asn1.readAll(this.content, this.depth + 1);
  }

  sequence(): Asn1[] {
    return this.list(Tags.sequence);
  }

  set(): Asn1[] {
    return this.list(Tags.set);
  }

  primitive(tag: number): Uint8Array {
    if (!this.is(tag) || this.constructed) throw new FormatError(`ASN.1: the tag ${this.tagClass}/${this.tag} stands where a primitive ${tag} belongs.`);
    return this.content;
  }

  /** The bytes of an octet string, which BER may write in pieces. */
  octets(): Uint8Array {
    if (!this.constructed) return this.primitive(Tags.octetString);
    return concat(...this.list(Tags.octetString).map((piece) => piece.octets()));
  }

  /** A bit string of whole bytes. */
  bits(): Uint8Array {
    const content = this.primitive(Tags.bitString);
    if (content[0] !== 0) throw new FormatError('An ASN.1 bit string is not one of whole bytes.');
    return content.subarray(1);
  }

  /** The two's complement bytes of an integer in their shortest form. */
  integer(): Uint8Array {
    const content = this.primitive(Tags.integer);
    const [first, second] = [content[0], content[1] ?? 0];
    if (first === undefined) throw new FormatError('An ASN.1 integer is empty.');
    if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) throw new FormatError('An ASN.1 integer is not in its shortest form.');
    return content;
  }

  /** An integer that is not negative. */
  unsigned(): bigint {
    const bytes = this.integer();
    if ((bytes[0] as number) >= 0x80) throw new FormatError('An ASN.1 integer is negative.');
    return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  oid(): string {
    const content = this.primitive(Tags.oid);
    if (content.length === 0 || (content[content.length - 1] as number) >= 0x80) throw new FormatError('An ASN.1 object identifier is cut off.');
    const arcs: bigint[] = [];
    let arc = 0n;
    for (const byte of content) {
      arc = (arc << 7n) | BigInt(byte & 0x7f);
      if (byte >= 0x80) continue;
      arcs.push(arc);
      arc = 0n;
    }
    const first = arcs[0] as bigint;
    const top = first < 80n ? first / 40n : 2n;
    return [top, first - top * 40n, ...arcs.slice(1)].join('.');
  }
}

function definiteLength(bytes: Uint8Array): [number, number] {
  const first = bytes[1] as number;
  if (first < 0x80) return [2, first];
  const digits = bytes.subarray(2, 2 + (first & 0x7f));
  if (first === 0x80 || digits.length > 4 || digits.length < (first & 0x7f)) throw new FormatError('An ASN.1 length is malformed.');
  return [2 + digits.length, digits.reduce((length, digit) => length * 256 + digit, 0)];
}

/** The whole value and its content, up to the end-of-contents mark. */
function indefinite(bytes: Uint8Array, depth: number): [Uint8Array, Uint8Array] {
  let at = 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += Asn1.read(bytes.subarray(at), depth + 1).raw.length;
  return [bytes.subarray(0, at + 2), bytes.subarray(2, at)];
}

/** The DER encoding of a value from its tag byte and its content. */
export function encodeDer(tagByte: number, content: Uint8Array): Uint8Array {
  const digits: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest & 0xff);
  const length = content.length < 0x80 ? [content.length] : [0x80 + digits.length, ...digits];
  return concat(Uint8Array.of(tagByte, ...length), content);
}
