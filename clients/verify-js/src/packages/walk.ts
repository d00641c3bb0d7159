import { concat, equal, hex, printable } from '../bytes.js';
import type { RunningHash } from '../crypto/hashes.js';
import { Codes } from '../verification/codes.js';
import { Crc32 } from './crc32.js';
import type { PackageFindings } from './findings.js';
import type { PackageLimits } from './limits.js';
import { isHeld, isOfRecord, type MemberName, Place, parseMemberName } from './memberName.js';
import type { ByteReader } from './source.js';
import { CENTRAL_SIGNATURE, centralHeader, directoryEnd, headerRest, LOCAL_FIXED, LOCAL_SIGNATURE, localHeader, readLocal, signatureOf, type ZipEntry } from './zip.js';

const MAX_HEADER_REST = 286;
const MAX_README = 64 << 10;

/** A member as it was found. */
export interface ReadMember {
  readonly entry: ZipEntry;
  /** Null when the format has no such name. */
  readonly name: MemberName | null;
  readonly dataOffset: number;
  /** Whether all its bytes were there. */
  readonly isWhole: boolean;
  readonly sha256: string;
  /** The bytes, when they are whole and held. */
  readonly bytes: Uint8Array | null;
}

/**
 * Walks a package once from front to back and holds every byte that is not a member's against the one form that it may have. Nothing is looked up in the directory:
 * it is only compared. No name is used as a path, and no size is believed before that many bytes were read.
 */
export class PackageWalk {
  /** Whether the walk came to the end of the members; otherwise what is behind was not read. */
  reachedDirectory = false;
  private count = 0;
  private directoryLength = 0;
  private readonly directory: RunningHash;
  private readonly room: MemoryRoom;

  constructor(
    private readonly reader: ByteReader,
    private readonly limits: PackageLimits,
    private readonly list: PackageFindings,
    private readonly newSha256: () => RunningHash,
    /** Takes each member; false when the walk is to stop behind it. */
    private readonly accept: (member: ReadMember) => Promise<boolean>,
  ) {
    this.directory = newSha256();
    this.room = new MemoryRoom(limits);
  }

  async run(): Promise<void> {
    for (;;) {
      const offset = this.reader.position;
      const start = await this.reader.upTo(LOCAL_FIXED);
      if (this.count > 0 && signatureOf(start) === CENTRAL_SIGNATURE) {
        this.reachedDirectory = true;
        await this.compareDirectory(start, offset);
        return;
      }
      const entry = await this.readHeader(start, offset);
      if (entry === null || !(await this.readMember(entry))) return;
    }
  }

  private async readHeader(start: Uint8Array, offset: number): Promise<ZipEntry | null> {
    const subject = `byte ${offset}`;
    if (start.length === 0 && this.count > 0) {
      this.list.error(Codes.packageMissing, subject, 'The file ends where a member or the directory should begin.');
      return null;
    }
    if (this.count === this.limits.members) {
      this.list.warning(Codes.packageTooLarge, subject, `The package has more members than the limit of ${this.limits.members}.`);
      return null;
    }
    const header = await this.wholeHeader(start);
    const entry = header && readLocal(header, offset);
    if (header === null || entry === null) {
      this.list.warning(Codes.packageUnreadable, subject, this.count === 0 ? 'This is not an evidence package: it does not begin with a stored zip member.' : 'Where a member or the directory should begin there is neither.');
      return null;
    }
    const expected = localHeader(entry);
    if (!equal(header, expected)) this.list.error(Codes.packageChanged, printable(entry.name), "The member's header is not in the form that the format has.", hex(expected), hex(header));
    if (entry.size <= this.limits.packageBytes - this.reader.position) return entry;
    this.list.warning(Codes.packageTooLarge, subject, `The member ${printable(entry.name)} would exceed the limit of ${this.limits.packageBytes} bytes.`);
    return null;
  }

  private async wholeHeader(start: Uint8Array): Promise<Uint8Array | null> {
    if (start.length < LOCAL_FIXED || signatureOf(start) !== LOCAL_SIGNATURE) return null;
    const length = headerRest(start);
    if (length > MAX_HEADER_REST) return null;
    const rest = await this.reader.upTo(length);
    return rest.length === length ? concat(start, rest) : null;
  }

  private async readMember(entry: ZipEntry): Promise<boolean> {
    const [name, dataOffset] = [parseMemberName(entry.name), this.reader.position];
    const [crc, sha256, held] = [new Crc32(), this.newSha256(), this.hold(entry, name)];
    const read = await this.reader.pour(entry.size, crc, sha256, ...(held === null ? [] : [held]));
    const isWhole = read === entry.size;
    this.addToDirectory(entry);
    if (!isWhole) this.list.error(Codes.packageMissing, `byte ${this.reader.position}`, `The file ends inside ${printable(entry.name)}, after ${read} of ${entry.size} bytes.`);
    else if (crc.value !== entry.crc) this.list.error(Codes.packageChanged, printable(entry.name), "The member's bytes do not have the CRC-32 in its header.", entry.crc.toString(16), crc.value.toString(16));
    const goOn = await this.accept({ entry, name, dataOffset, isWhole, sha256: hex(sha256.digest()), bytes: isWhole && held !== null ? held.bytes : null });
    return goOn && isWhole;
  }

  private hold(entry: ZipEntry, name: MemberName | null): HeldBytes | null {
    if (name?.place === Place.readme) return entry.size <= MAX_README ? new HeldBytes() : null;
    if (name === null || !isHeld(name)) return null;
    if (this.room.take(name, entry.size)) return new HeldBytes();
    this.list.warning(Codes.packageTooLarge, printable(entry.name), 'The member is larger than what may be held in memory, so it was not judged.');
    return null;
  }

  private addToDirectory(entry: ZipEntry): void {
    const header = centralHeader(entry);
    this.directory.update(header);
    this.directoryLength += header.length;
    this.count++;
  }

  private async compareDirectory(start: Uint8Array, offset: number): Promise<void> {
    const end = directoryEnd(this.count, this.directoryLength, offset);
    this.directory.update(end);
    const expected = this.directoryLength + end.length;
    const actual = this.newSha256();
    actual.update(start);
    const length = start.length + (await this.reader.pour(expected - start.length, actual));
    if (length < expected) this.list.error(Codes.packageMissing, 'directory', 'The file ends inside its directory.', `${expected} bytes`, `${length} bytes`);
    else if (!equal(actual.digest(), this.directory.digest())) this.list.error(Codes.packageChanged, `byte ${offset}`, 'The directory is not the one that the members give.');
    if ((await this.reader.some(1)).length > 0) this.list.error(Codes.packageUnexpected, 'end of file', 'There are bytes behind the end of the package.');
  }
}

/** The bytes of a small member, in the pieces in which they came: a size in a header takes no memory. */
class HeldBytes {
  private readonly pieces: Uint8Array[] = [];

  update(bytes: Uint8Array): void {
    this.pieces.push(bytes.slice());
  }

  get bytes(): Uint8Array {
    return concat(...this.pieces);
  }
}

/** How many bytes may still be held: those of one record, and those outside of records, have the same room each. */
class MemoryRoom {
  private record = '';
  private readonly taken = { record: 0, outside: 0 };

  constructor(private readonly limits: PackageLimits) {}

  take(name: MemberName, size: number): boolean {
    if (size > this.limits.heldMember) return false;
    const kind = isOfRecord(name) ? 'record' : 'outside';
    if (isOfRecord(name) && name.record !== this.record) [this.record, this.taken.record] = [name.record, 0];
    if (size > this.limits.held - this.taken[kind]) return false;
    this.taken[kind] += size;
    return true;
  }
}
