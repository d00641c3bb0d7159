import type { RunningHash } from '../crypto/hashes.js';

/** Where a package is read from. */
export interface ByteSource {
  /** The next bytes; null at the end. They are only looked at until the next call. */
  next(): Promise<Uint8Array | null>;
  /** Reads a range a second time, where that can be done. */
  readonly reread?: (offset: number, length: number) => AsyncIterable<Uint8Array>;
}

/** A package as a web stream: it passes by once, so nothing can be read again. */
export class StreamSource implements ByteSource {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.reader = stream.getReader();
  }

  async next(): Promise<Uint8Array | null> {
    const { done, value } = await this.reader.read();
    return done ? null : value;
  }
}

const CHUNK = 1 << 20;

/** A package as a Blob or a File that a browser holds. */
export class BlobSource implements ByteSource {
  private offset = 0;

  constructor(private readonly blob: Blob) {}

  async next(): Promise<Uint8Array | null> {
    if (this.offset >= this.blob.size) return null;
    const bytes = await this.slice(this.offset, Math.min(this.offset + CHUNK, this.blob.size));
    this.offset += bytes.length;
    return bytes;
  }

  async *reread(offset: number, length: number): AsyncIterable<Uint8Array> {
    for (let at = offset; at < offset + length; at += CHUNK) yield this.slice(at, Math.min(at + CHUNK, offset + length));
  }

  private async slice(from: number, to: number): Promise<Uint8Array> {
    return new Uint8Array(await this.blob.slice(from, to).arrayBuffer());
  }
}

/** Reads a source in pieces of any size, and counts. */
export class ByteReader {
  private chunk: Uint8Array = new Uint8Array();
  /** Bytes read so far. */
  position = 0;

  constructor(private readonly source: ByteSource) {}

  /** At most `max` bytes that are there without waiting twice; none at the end. Valid until the next call. */
  async some(max: number): Promise<Uint8Array> {
    while (this.chunk.length === 0) {
      const next = await this.source.next();
      if (next === null) return this.chunk;
      this.chunk = next;
    }
    const bytes = this.chunk.subarray(0, max);
    this.chunk = this.chunk.subarray(bytes.length);
    this.position += bytes.length;
    return bytes;
  }

  /** Bytes of its own, as many as asked for; fewer only at the end. */
  async upTo(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const piece = await this.some(count - at);
      if (piece.length === 0) break;
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes.subarray(0, at);
  }

  /** Feeds the next `count` bytes to sinks as they come; how many there were. */
  async pour(count: number, ...sinks: readonly Pick<RunningHash, 'update'>[]): Promise<number> {
    let read = 0;
    while (read < count) {
      const piece = await this.some(count - read);
      if (piece.length === 0) break;
      for (const sink of sinks) sink.update(piece);
      read += piece.length;
    }
    return read;
  }
}
