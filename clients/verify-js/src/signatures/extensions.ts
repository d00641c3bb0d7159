import { FormatError } from '../bytes.js';
import { Asn1, Tags } from './asn1.js';

export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** What an authority may do (RFC 5280, section 4.2.1.9). */
export interface BasicConstraints {
  readonly isAuthority: boolean;
  readonly longestPath: bigint | undefined;
}

const KEY_ID = '2.5.29.14';
const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const MAX_KEY_USAGE_BYTES = 2;

/** The extensions of a certificate (RFC 5280, section 4.2), with those read that say which key it is and what that may do. */
export class Extensions {
  readonly all = new Map<string, Extension>();
  readonly keyId: Uint8Array | undefined;
  /** Its bits; undefined when there is none, and then every use is allowed. */
  readonly keyUsage: Uint8Array | undefined;
  readonly basicConstraints: BasicConstraints | undefined;

  /** @throws FormatError when they are of another form. */
  constructor(list: readonly Asn1[]) {
    for (const item of list) {
      const [oid, extension] = readExtension(item);
      if (this.all.has(oid)) throw new FormatError(`A certificate has the extension ${oid} twice.`);
      this.all.set(oid, extension);
    }
    this.keyId = this.read(KEY_ID, (value) => value.primitive(Tags.octetString));
    this.keyUsage = this.read(KEY_USAGE, readKeyUsage);
    this.basicConstraints = this.read(BASIC_CONSTRAINTS, readBasicConstraints);
  }

  private read<T>(oid: string, read: (value: Asn1) => T): T | undefined {
    const extension = this.all.get(oid);
    return extension === undefined ? undefined : read(Asn1.readWhole(extension.value).requireDer());
  }
}

function readExtension(item: Asn1): [string, Extension] {
  const fields = item.sequence();
  const [oid, value] = [fields[0], fields[fields.length - 1]];
  if (oid === undefined || value === undefined || fields.length < 2 || fields.length > 3) throw new FormatError('An extension of a certificate is malformed.');
  const critical = fields.length === 3 && (fields[1] as Asn1).boolean();
  return [oid.oid(), { critical, value: value.primitive(Tags.octetString) }];
}

function readKeyUsage(value: Asn1): Uint8Array {
  const bits = value.bits();
  if (bits.length > MAX_KEY_USAGE_BYTES) throw new FormatError('A key usage has bits that no standard names.');
  return bits;
}

function readBasicConstraints(value: Asn1): BasicConstraints {
  const fields = value.sequence();
  const isAuthority = fields[0]?.is(Tags.boolean) === true && (fields.shift() as Asn1).boolean();
  const longestPath = fields.shift()?.unsigned();
  if (fields.length > 0) throw new FormatError('The basic constraints of a certificate are malformed.');
  return { isAuthority, longestPath };
}
