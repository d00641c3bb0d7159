import { hex, printable } from '../bytes.js';
import type { AnchorProof } from '../chain/anchorProof.js';
import { sha256 } from '../crypto/hashes.js';
import { Codes } from '../verification/codes.js';
import type { PackageFindings } from './findings.js';
import type { RecordReading } from './recordReading.js';
import { recordText } from './texts/facts.js';

/** Holds the text of a certificate on paper against a package: it is the package's own, or that of one of its records. */
export class PaperComparison {
  private readonly paper: string;
  private fits = false;

  constructor(paper: string) {
    this.paper = paper.trim().toUpperCase();
  }

  look({ record, sealBytes }: RecordReading, anchor: AnchorProof | null): void {
    if (sealBytes === null) return;
    const digest = hex(sha256(sealBytes));
    this.fits ||= this.paper === recordText(record, digest, anchor) || this.paper === recordText(record, digest, null);
  }

  finish(text: string | null, complete: boolean, list: PackageFindings): void {
    if (this.fits || this.paper === text) return;
    if (complete) list.error(Codes.paperDiffers, 'paper', 'The text of the certificate is not that of this package or of a record in it.', printable(this.paper), text ?? undefined);
    else list.warning(Codes.paperDiffers, 'paper', 'The package could not be read to its end, so the text of the certificate was not found in it.');
  }
}
