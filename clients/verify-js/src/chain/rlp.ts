import { concat, FormatError, toBigInt } from '../bytes.js';

const MAX_DEPTH = 64;
/** Each takes far more memory than bytes. */
const MAX_ITEMS = 2 ** 16;
const LONGEST_SHORT = 55;

/** A decoded item of Recursive Length Prefix (Yellow Paper, appendix B): a byte string or a list. */
export interface RlpItem {
  /** The item as it was encoded. */
  readonly raw: Uint8Array;
  /** The string's bytes; null for a list. */
  readonly bytes: Uint8Array | null;
  /** The list's items; null for a string. */
  readonly items: readonly RlpItem[] | null;
}

/** Reads one item that fills `encoded`. Exactly one encoding of every value is accepted. @throws FormatError */
export function decodeRlp(encoded: Uint8Array): RlpItem {
  const item = readItem(encoded, 0, { left: MAX_ITEMS });
  if (item.raw.length !== encoded.length) throw new FormatError(`${encoded.length - item.raw.length} bytes follow the RLP item.`);
  return item;
}

interface Budget {
  left: number;
}

function readItem(from: Uint8Array, depth: number, budget: Budget): RlpItem {
  if (--budget.left < 0) throw new FormatError(`There are more than ${MAX_ITEMS} RLP items.`);
  if (depth > MAX_DEPTH) throw new FormatError(`RLP is nested deeper than ${MAX_DEPTH}.`);
  const first = from[0];
  if (first === undefined) throw new FormatError('An RLP item was expected, the bytes end.');
  if (first < 0x80) return { raw: from.subarray(0, 1), bytes: from.subarray(0, 1), items: null };
  const isList = first >= 0xc0;
  const [header, length] = readLength(from, first - (isList ? 0xc0 : 0x80));
  if (length > from.length - header) throw new FormatError(`An RLP item of ${length} bytes does not fit into the ${from.length - header} that are left.`);
  const [raw, payload] = [from.subarray(0, header + length), from.subarray(header, header + length)];
  if (isList) return { raw, bytes: null, items: readItems(payload, depth + 1, budget) };
  if (length === 1 && (payload[0] as number) < 0x80) throw new FormatError('RLP is not canonical: a byte below 0x80 stands for itself.');
  return { raw, bytes: payload, items: null };
}

function readItems(payload: Uint8Array, depth: number, budget: Budget): RlpItem[] {
  const items: RlpItem[] = [];
  for (let at = 0; at < payload.length; ) {
    const item = readItem(payload.subarray(at), depth, budget);
    items.push(item);
    at += item.raw.length;
  }
  return items;
}

/** The header's length and the payload's, from what the first byte says beyond its kind. */
function readLength(from: Uint8Array, short: number): [number, number] {
  if (short <= LONGEST_SHORT) return [1, short];
  const digits = from.subarray(1, 1 + short - LONGEST_SHORT);
  if (digits.length < short - LONGEST_SHORT) throw new FormatError('An RLP length is cut off.');
  if (digits[0] === 0) throw new FormatError('RLP is not canonical: a length begins with zero.');
  const length = Number(toBigInt(digits));
  if (length <= LONGEST_SHORT) throw new FormatError('RLP is not canonical: a long form is used for a short item.');
  return [1 + digits.length, length];
}

export function encodeBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length === 1 && (bytes[0] as number) < 0x80 ? bytes : concat(prefix(bytes.length, 0x80), bytes);
}

/** A list of items that are encoded already. */
export function encodeList(items: readonly Uint8Array[]): Uint8Array {
  const payload = concat(...items);
  return concat(prefix(payload.length, 0xc0), payload);
}

/** A non-negative integer: big-endian without leading zeros, zero as the empty string. */
export function encodeInteger(value: number | bigint): Uint8Array {
  return encodeBytes(integerBytes(BigInt(value)));
}

function integerBytes(value: bigint): Uint8Array {
  const digits: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) digits.unshift(Number(rest & 0xffn));
  return Uint8Array.from(digits);
}

function prefix(length: number, base: number): Uint8Array {
  if (length <= LONGEST_SHORT) return Uint8Array.of(base + length);
  const digits = integerBytes(BigInt(length));
  return concat(Uint8Array.of(base + LONGEST_SHORT + digits.length), digits);
}

export function listOf(item: RlpItem, field: string): readonly RlpItem[] {
  if (item.items === null) throw new FormatError(`${field} is a byte string where a list was expected.`);
  return item.items;
}

export function bytesOf(item: RlpItem, field: string): Uint8Array {
  if (item.bytes === null) throw new FormatError(`${field} is a list where bytes were expected.`);
  return item.bytes;
}

export function fixedOf(item: RlpItem, length: number, field: string): Uint8Array {
  const bytes = bytesOf(item, field);
  if (bytes.length !== length) throw new FormatError(`${field} has ${bytes.length} bytes, not ${length}.`);
  return bytes;
}

export function integerOf(item: RlpItem, maxBytes: number, field: string): bigint {
  const bytes = bytesOf(item, field);
  if (bytes.length > maxBytes) throw new FormatError(`${field} has ${bytes.length} bytes, at most ${maxBytes} are allowed.`);
  if (bytes[0] === 0) throw new FormatError(`${field} begins with a zero byte: not canonical.`);
  return toBigInt(bytes);
}
