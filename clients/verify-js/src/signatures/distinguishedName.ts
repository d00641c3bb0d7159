import { FormatError, fromUtf8, hex } from '../bytes.js';
import { type Asn1, Tags } from './asn1.js';

/** A distinguished name: for people, and in a form by which names are compared (RFC 5280, section 7.1, in brief). */
export interface Name {
  readonly text: string;
  readonly comparable: string;
  /** As it stands in the file. */
  readonly raw: Uint8Array;
}

const LABELS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'S',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'E',
};

const UTF8_STRING = 12;
const UNIVERSAL_STRING = 28;
const BMP_STRING = 30;
/** Numeric, printable, T61 and IA5 strings. Certificates that are in use hold other characters in them than their alphabets have, so those are not looked at. */
const BYTE_STRINGS = [18, 19, 20, 22];

/** @throws FormatError when it is of another form. */
export function readName(name: Asn1): Name {
  const parts = name.sequence().flatMap((set) => {
    const attributes = set.set().map(readAttribute);
    if (attributes.length === 0) throw new FormatError('A name has an empty set.');
    return attributes;
  });
  return {
    text: parts.map(([oid, value]) => `${LABELS[oid] ?? oid}=${value}`).join(', '),
    comparable: JSON.stringify(parts.map(([oid, value]) => [oid, comparable(value)])),
    raw: name.raw,
  };
}

/** Without regard to the case of ASCII letters and to how many spaces. */
function comparable(value: string): string {
  return value.split(/[ \t\n\v\f\r]+/).filter((word) => word.length > 0).join(' ').replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function readAttribute(attribute: Asn1): [string, string] {
  const [oid, value, ...more] = attribute.sequence();
  if (oid === undefined || value === undefined || more.length > 0) throw new FormatError('A name in a certificate is malformed.');
  return [oid.oid(), readText(value)];
}

function readText(value: Asn1): string {
  if (value.is(Tags.bitString)) return hex(value.bits());
  if (value.constructed) throw new FormatError('A name in a certificate is not written in a string.');
  if (value.is(UTF8_STRING)) return fromUtf8(value.content);
  if (value.is(BMP_STRING)) return fromUnits(value.content, 2);
  if (value.is(UNIVERSAL_STRING)) return fromUnits(value.content, 4);
  if (!BYTE_STRINGS.some((tag) => value.is(tag))) throw new FormatError('A name in a certificate is not written in a string.');
  return Array.from(value.content, (byte) => String.fromCharCode(byte)).join('');
}

/** Characters of so many bytes each. */
function fromUnits(bytes: Uint8Array, size: number): string {
  if (bytes.length % size !== 0) throw new FormatError('A name in a certificate ends within a character.');
  let text = '';
  for (let at = 0; at < bytes.length; at += size) {
    const code = bytes.subarray(at, at + size).reduce((value, byte) => value * 256 + byte, 0);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new FormatError('A name in a certificate holds what is no character.');
    text += String.fromCodePoint(code);
  }
  return text;
}
