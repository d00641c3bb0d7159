import { Codes } from '../verification/codes.js';
import type { PackageFindings } from './findings.js';

/** The numbers of the records that a package has held so far: whoever reads of one record must not be able to mean another. */
export class RecordNumbers {
  private readonly seen = new Set<string>();
  private isFull = false;

  constructor(
    private readonly limit: number,
    private readonly list: PackageFindings,
  ) {}

  /** Notes that a record begins. */
  add(record: string, member: string): void {
    if (this.isFull) return;
    const number = packed(record);
    if (this.seen.has(number)) this.list.error(Codes.packageUnexpected, member, 'A record of this number came already.');
    else if (this.seen.size < this.limit) this.seen.add(number);
    else {
      this.isFull = true;
      this.list.warning(Codes.packageTooLarge, member, `The package has more than the ${this.limit} records whose numbers are compared, so one may come twice.`);
    }
  }
}

/** A UUID as 8 code units, a quarter of the memory. */
const packed = (record: string): string => String.fromCharCode(...(record.replaceAll('-', '').match(/.{4}/g) ?? []).map((digits) => parseInt(digits, 16)));
