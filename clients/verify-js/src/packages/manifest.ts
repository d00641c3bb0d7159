import { toUtf8 } from '../bytes.js';
import type { RunningHash } from '../crypto/hashes.js';
import type { ReadMember } from './walk.js';

/** The manifest that the members give, as a running hash: with the same memory for any number of them. */
export class ExpectedManifest {
  private ended = false;
  private separator = '{"format":"evidence.package/1","members":[';

  constructor(private readonly hash: RunningHash) {}

  /** Adds a member; what stands behind the manifest is not in it. */
  add({ entry, sha256 }: ReadMember): void {
    if (this.ended) return;
    this.hash.update(toUtf8(`${this.separator}{"name":${JSON.stringify(entry.name)},"sha256":"${sha256}","size":${entry.size}}`));
    this.separator = ',';
  }

  end(): Uint8Array {
    this.ended = true;
    this.hash.update(toUtf8(this.separator === ',' ? ']}' : `${this.separator}]}`));
    return this.hash.digest();
  }
}
