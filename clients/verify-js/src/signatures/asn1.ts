import { concat, FormatError } from '../bytes.js';

const MAX_DEPTH = 64;

export const UNIVERSAL = 0;
export const CONTEXT = 2;
export const Tags = { boolean: 1, integer: 2, bitString: 3, octetString: 4, null: 5, oid: 6, sequence: 16, set: 17, utcTime: 23, generalizedTime: 24 } as const;

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
    if (tag === 0 && tagClass === UNIVERSAL) throw new FormatError('A mark of the end stands where an ASN.1 value belongs.');
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

  /** Sees that every value inside can be read. @throws FormatError */
  requireReadable(): this {
    if (this.constructed) for (const inner of this.inside()) inner.requireReadable();
    return this;
  }

  /** Sees that tags and lengths stand here, and in all that is inside, as DER has them. @throws FormatError */
  requireDer(): this {
    const isShortest = this.raw[1] !== 0x80 && this.raw.length === encodeDer(this.raw[0] as number, this.content).length;
    if (!isShortest) throw new FormatError('An ASN.1 value is not in DER.');
    if (this.constructed) for (const inner of this.inside()) inner.requireDer();
    return this;
  }

  /** The values inside a constructed value, whatever its tag. */
  private inside(): Asn1[] {
    return Asn1.readAll(this.content, this.depth + 1);
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

  /** The bytes of a bit string, of which the bits that are not used are zero (DER). */
  bits(): Uint8Array {
    return readBits(this.primitive(Tags.bitString));
  }

  /** A bit string of whole bytes. */
  wholeBytes(): Uint8Array {
    if (this.primitive(Tags.bitString)[0] !== 0) throw new FormatError('An ASN.1 bit string is not one of whole bytes.');
    return this.bits();
  }

  /** A truth value in DER. */
  boolean(): boolean {
    const [value, ...more] = this.primitive(Tags.boolean);
    if ((value !== 0 && value !== 0xff) || more.length > 0) throw new FormatError('An ASN.1 truth value is neither.');
    return value !== 0;
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
    for (const [at, byte] of content.entries()) {
      if (byte === 0x80 && (at === 0 || (content[at - 1] as number) < 0x80)) throw new FormatError('An ASN.1 object identifier is not in its shortest form.');
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

/** The bytes of a bit string's content (X.690, 8.6 and 11.2.1). @throws FormatError */
export function readBits(content: Uint8Array): Uint8Array {
  const [unused, last] = [content[0], content[content.length - 1] as number];
  if (unused === undefined || unused > 7 || (unused > 0 && (content.length === 1 || (last & ((1 << unused) - 1)) !== 0))) throw new FormatError('An ASN.1 bit string is malformed.');
  return content.subarray(1);
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
