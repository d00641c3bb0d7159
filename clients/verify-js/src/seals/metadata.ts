import { FormatError, fromUtf8, toBase64 } from '../bytes.js';
import { parseCanonical } from '../json/canonical.js';
import { ObjectReader } from '../json/reader.js';

export const DESCRIPTION_FIELDS = ['title', 'fonds', 'series', 'fileNumber', 'retentionPeriod', 'securityClass'] as const;
export type DescriptionField = (typeof DESCRIPTION_FIELDS)[number];

/** The salted metadata part, m0001: what the archive says of a record, and what its files were called. */
export interface Metadata {
  readonly description: Partial<Readonly<Record<DescriptionField, string>>>;
  /** Names of the content parts' files; a name that is not UTF-8 is left out. */
  readonly fileNames: ReadonlyMap<string, string>;
}

const MAX_DEPTH = 4;

/** Reads metadata, format evidence.metadata/1: what is empty must be left out. @throws FormatError */
export function parseMetadata(bytes: Uint8Array): Metadata {
  const json = new ObjectReader(parseCanonical(bytes, MAX_DEPTH));
  json.format('evidence.metadata/1');
  if (json.base64('salt').length !== 32) throw json.wrong('salt', 'base64 of 32 bytes');
  const fileNames = json.has('files') ? readFiles(json.object('files')) : new Map<string, string>();
  const description = json.has('description') ? readDescription(json.object('description')) : {};
  json.end();
  return { description, fileNames };
}

function readFiles(json: ObjectReader): Map<string, string> {
  const names = new Map<string, string>();
  for (const part of notEmpty(json)) {
    const label = json.object(part);
    textOf(label, 'mediaType');
    const name = textOf(label, 'name');
    if (label.has('nameBase64')) checkEncodedName(label);
    if (name !== undefined) names.set(part, name);
    label.end();
  }
  json.end();
  return names;
}

/** Only a name that is not UTF-8 is written so. */
function checkEncodedName(label: ObjectReader): void {
  const bytes = label.base64('nameBase64');
  if (label.has('name') || toBase64(bytes) !== label.string('nameBase64') || isUtf8(bytes)) throw label.wrong('nameBase64', 'base64 of a name that is not UTF-8');
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    fromUtf8(bytes);
    return true;
  } catch {
    return false;
  }
}

function readDescription(json: ObjectReader): Metadata['description'] {
  notEmpty(json);
  const description: Partial<Record<DescriptionField, string>> = {};
  for (const field of DESCRIPTION_FIELDS) {
    const text = textOf(json, field);
    if (text !== undefined) description[field] = text;
  }
  if (json.has('fields')) {
    const fields = json.object('fields');
    for (const name of notEmpty(fields)) fields.string(name);
  }
  json.end();
  return description;
}

function textOf(json: ObjectReader, name: string): string | undefined {
  const text = json.optionalString(name);
  if (text === '') throw json.wrong(name, 'left out, though it is empty');
  return text;
}

function notEmpty(json: ObjectReader): string[] {
  const names = json.names();
  if (names.length === 0) throw new FormatError('An object of the metadata is empty and not left out.');
  return names;
}
