import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { RunningHash } from '../crypto/hashes.js';
import type { ByteSource } from '../packages/source.js';

const CHUNK = 1 << 20;

/** A package in a file. */
export class FileSource implements ByteSource {
  private readonly buffer = new Uint8Array(CHUNK);
  private offset = 0;

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<FileSource> {
    // Asked before it is opened: opening a pipe waits for its other end, and a device has no end.
    if (!(await stat(path)).isFile()) throw new Error(`${path} is a folder, a pipe or a device; a package must be a file that can be read twice: save it in one first.`);
    return new FileSource(await open(path, 'r'));
  }

  async next(): Promise<Uint8Array | null> {
    const { bytesRead } = await this.file.read(this.buffer, 0, CHUNK, this.offset);
    this.offset += bytesRead;
    return bytesRead === 0 ? null : this.buffer.subarray(0, bytesRead);
  }

  async *reread(offset: number, length: number): AsyncIterable<Uint8Array> {
    const buffer = new Uint8Array(CHUNK);
    for (let at = offset; at < offset + length; ) {
      const { bytesRead } = await this.file.read(buffer, 0, Math.min(CHUNK, offset + length - at), at);
      if (bytesRead === 0) throw new Error('The package became shorter while it was read.');
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** A small file, or what a pipe gives, whatever size it states. */
export async function readBounded(path: string, max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of createReadStream(path, { end: max })) chunks.push(chunk as Uint8Array);
  const bytes = new Uint8Array(Buffer.concat(chunks));
  if (bytes.length > max) throw new Error(`${path} has more than ${max} bytes.`);
  return bytes;
}

/** The platform's SHA-256, several times as fast as the portable one. */
export function platformSha256(): RunningHash {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
}

export * from '../index.js';
