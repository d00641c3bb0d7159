import { concat } from '../bytes.js';

export const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const LOCAL_FIXED = 30;
const IN_ZIP64 = 0xffffffff;
const MANY = 0xffff;
const [VERSION, VERSION_ZIP64, UNIX, DATE_1980] = [10, 45, 0x0300, 0x0021];
const REGULAR_FILE = 0x81a40000;
const ZIP64_EXTRA = 0x0001;

/** One stored member, and every byte that the zip has about it: a package has exactly one form of each header, so that a reader compares instead of interpreting. */
export interface ZipEntry {
  /** Latin-1. */
  readonly name: string;
  /** Beyond 2^53, which is beyond every limit, it is not exact. */
  readonly size: number;
  /** As it is stated. */
  readonly exactSize: bigint;
  readonly crc: number;
  /** Where the local header stands. */
  readonly offset: number;
}

const isLarge = (entry: ZipEntry): boolean => entry.size >= IN_ZIP64;
const isFar = (entry: ZipEntry): boolean => entry.offset >= IN_ZIP64;

/** Little-endian fields, each of a number and its bytes. */
function fields(...list: readonly (readonly [number | bigint, 2 | 4 | 8])[]): Uint8Array {
  const bytes = new Uint8Array(list.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of list) {
    if (width === 2) view.setUint16(at, Number(value), true);
    else if (width === 4) view.setUint32(at, Number(value), true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** From the version needed to the length of the name: no flags, stored, 1980-01-01. */
function common(entry: ZipEntry, zip64: boolean): Uint8Array {
  const size = Math.min(entry.size, IN_ZIP64);
  return fields([zip64 ? VERSION_ZIP64 : VERSION, 2], [0, 2], [0, 2], [0, 2], [DATE_1980, 2], [entry.crc, 4], [size, 4], [size, 4], [entry.name.length, 2]);
}

export function localHeader(entry: ZipEntry): Uint8Array {
  const extra = isLarge(entry) ? fields([ZIP64_EXTRA, 2], [16, 2], [entry.exactSize, 8], [entry.exactSize, 8]) : new Uint8Array();
  return concat(fields([LOCAL_SIGNATURE, 4]), common(entry, isLarge(entry)), fields([extra.length, 2]), latin1(entry.name), extra);
}

export function centralHeader(entry: ZipEntry): Uint8Array {
  const [large, far] = [isLarge(entry), isFar(entry)];
  const values = [...(large ? [entry.size, entry.size] : []), ...(far ? [entry.offset] : [])];
  const extra = values.length === 0 ? new Uint8Array() : fields([ZIP64_EXTRA, 2], [8 * values.length, 2], ...values.map((value) => [value, 8] as const));
  return concat(
    fields([CENTRAL_SIGNATURE, 4], [UNIX + (large || far ? VERSION_ZIP64 : VERSION), 2]),
    common(entry, large || far),
    fields([extra.length, 2], [0, 2], [0, 2], [0, 2], [REGULAR_FILE, 4], [Math.min(entry.offset, IN_ZIP64), 4]),
    latin1(entry.name),
    extra,
  );
}

/** What stands behind the directory's headers. */
export function directoryEnd(count: number, length: number, start: number): Uint8Array {
  const zip64 = count >= MANY || start >= IN_ZIP64 || length >= IN_ZIP64;
  const end64 = fields([0x06064b50, 4], [44, 8], [UNIX + VERSION_ZIP64, 2], [VERSION_ZIP64, 2], [0, 4], [0, 4], [count, 8], [count, 8], [length, 8], [start, 8]);
  const locator = fields([0x07064b50, 4], [0, 4], [start + length, 8], [1, 4]);
  const capped = Math.min(count, MANY);
  const end = fields([0x06054b50, 4], [0, 2], [0, 2], [capped, 2], [capped, 2], [Math.min(length, IN_ZIP64), 4], [Math.min(start, IN_ZIP64), 4], [0, 2]);
  return zip64 ? concat(end64, locator, end) : end;
}

/** What a whole local header states; null when its size is negative as a signed number. Whether it is in its one form shows by comparing it. */
export function readLocal(header: Uint8Array, offset: number): ZipEntry | null {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const nameEnd = LOCAL_FIXED + view.getUint16(26, true);
  const name = Array.from(header.subarray(LOCAL_FIXED, nameEnd), (byte) => String.fromCharCode(byte)).join('');
  const short = view.getUint32(22, true);
  const size = short === IN_ZIP64 && header.length - nameEnd === 20 ? view.getBigInt64(nameEnd + 4, true) : BigInt(short);
  return size < 0n ? null : { name, size: Number(size), exactSize: size, crc: view.getUint32(14, true), offset };
}

/** How many bytes follow the fixed part of a local header. */
export function headerRest(fixed: Uint8Array): number {
  const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.length);
  return view.getUint16(26, true) + view.getUint16(28, true);
}

export const signatureOf = (bytes: Uint8Array): number => (bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true));
