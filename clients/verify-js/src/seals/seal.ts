import { FormatError } from '../bytes.js';
import { parseCanonical } from '../json/canonical.js';
import type { Json } from '../json/parse.js';
import { ObjectReader } from '../json/reader.js';
import { SIGNATURE_TYPES, type SignatureType } from '../signatures/verifier.js';

const MAX_SIZE = 65_535;

/** The roles of parts and the letters of their names. */
const LETTERS = { content: 'c', signature: 's', certificates: 'k', timestamp: 't', metadata: 'm' } as const;
export type Role = keyof typeof LETTERS;

/** What each role is of: a signature is of content, certificates and timestamps are of a signature. */
const BELONGS_TO: Partial<Readonly<Record<Role, Role>>> = { signature: 'content', certificates: 'signature', timestamp: 'signature' };

export interface SealPart {
  readonly name: string;
  readonly role: Role;
  readonly size: number;
  readonly sha256: string;
  readonly of?: string;
  readonly type?: SignatureType;
}

/** The seal of a record: one small canonical JSON document that binds its parts to each other. Its bytes are a leaf of the log. */
export interface Seal {
  readonly record: string;
  /** As it is written, UTC with milliseconds. */
  readonly received: string;
  readonly submitter: string;
  readonly parts: readonly SealPart[];
}

/** Reads a seal, format evidence.seal/1. @throws FormatError naming what is wrong. */
export function parseSeal(bytes: Uint8Array): Seal {
  if (bytes.length > MAX_SIZE) throw new FormatError(`The seal has ${bytes.length} bytes, more than ${MAX_SIZE}.`);
  const json = new ObjectReader(parseCanonical(bytes));
  json.format('evidence.seal/1');
  const seal = { parts: json.list('parts', readPart), received: readTime(json), record: readRecord(json), submitter: json.string('submitter') };
  json.end();
  checkParts(seal.parts);
  return seal;
}

/** The time of receipt in whole seconds since 1970: certificates are valid by the second. */
export const receivedAt = (seal: Seal): number => Math.floor(Date.parse(seal.received) / 1000);

/** Whether a text is the number of a record: a UUID as 36 lower-case characters. */
export const isRecordId = (text: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);

function readRecord(json: ObjectReader): string {
  const record = json.string('record');
  if (!isRecordId(record)) throw json.wrong('record', 'a record number');
  return record;
}

function readTime(json: ObjectReader): string {
  const text = json.string('received');
  const time = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? new Date(text) : new Date(Number.NaN);
  // A day that a month does not have would be another day.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== text) throw json.wrong('received', 'a time such as 2026-11-22T08:33:03.123Z');
  return text;
}

function readPart(item: Json, path: string): SealPart {
  const json = new ObjectReader(item, path);
  const [name, of, role, type] = [json.string('name'), json.optionalString('of'), json.string('role'), json.optionalString('type')];
  const sha256 = json.string('sha256');
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw json.wrong('sha256', '64 lower-case hexadecimal characters');
  if (!Object.hasOwn(LETTERS, role)) throw json.wrong('role', 'a role of a part');
  const known = SIGNATURE_TYPES.find((candidate) => candidate === type);
  if (known !== type) throw json.wrong('type', `one of ${SIGNATURE_TYPES.join(', ')}`);
  const part = { name, role: role as Role, size: json.integer('size'), sha256, ...(of !== undefined && { of }), ...(known !== undefined && { type: known }) };
  json.end();
  return part;
}

function checkParts(parts: readonly SealPart[]): void {
  const byName = new Map(parts.map((part) => [part.name, part]));
  if (byName.size !== parts.length) throw new FormatError('parts: a name is there twice.');
  if (!parts.some((part) => part.role === 'content')) throw new FormatError('parts: there is no content part.');
  for (const part of parts) checkPart(part, byName);
}

function checkPart({ name, role, of, type }: SealPart, parts: ReadonlyMap<string, SealPart>): void {
  if (!/^.(?!0000)\d{4}$/.test(name) || name[0] !== LETTERS[role]) throw new FormatError(`parts: '${name}' is no name of a ${role} part.`);
  if (role === 'metadata' && name !== 'm0001') throw new FormatError(`parts: the metadata part is m0001, not '${name}'.`);
  if ((role === 'signature') !== (type !== undefined)) throw new FormatError(`parts: '${name}' lacks the type that signatures have, or has one and is none.`);
  const wanted = BELONGS_TO[role];
  if ((wanted === undefined) !== (of === undefined)) throw new FormatError(`parts: '${name}' does not say what it is of, or says it and is of nothing.`);
  if (of !== undefined && parts.get(of)?.role !== wanted) throw new FormatError(`parts: '${name}' is of '${of}', which is no ${wanted} part.`);
}
