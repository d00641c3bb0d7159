import { FormatError } from '../bytes.js';
import { parseCanonical } from '../json/canonical.js';
import { type Json, JsonNumber } from '../json/parse.js';
import { ObjectReader } from '../json/reader.js';

const [MAX_SIZE, MAX_EVENTS, MAX_RANGES, MAX_TEXT] = [1 << 20, 4096, 32_768, 1000];

/** Leaves of a log that lie side by side: the first, and the one behind the last. */
export type LeafRange = readonly [from: number, to: number];

/** What an event was done to: leaves of one log. */
export interface EventObjects {
  readonly log: string;
  readonly leaves: readonly LeafRange[];
}

/** Events that a node sealed together; of each event, what it was done to. */
export interface EventDocument {
  readonly node: string;
  readonly log: string;
  readonly number: number;
  readonly previous: { readonly leaf: number; readonly seal: string } | null;
  readonly journal: string;
  readonly through: number;
  readonly events: readonly (readonly EventObjects[])[];
}

export const submitterOf = (origin: string): string => `node:${origin}`;

/** Reads an event document, format evidence.events/1. @throws FormatError naming what is wrong. */
export function parseEvents(bytes: Uint8Array): EventDocument {
  if (bytes.length > MAX_SIZE) throw new FormatError(`The event document has ${bytes.length} bytes, more than ${MAX_SIZE}.`);
  const json = new ObjectReader(parseCanonical(bytes, 8));
  json.format('evidence.events/1');
  const previous = json.has('previous') ? readPrevious(json.object('previous')) : null;
  const document = { node: json.string('node'), log: digest(json, 'log'), number: atLeastOne(json, 'number'), previous, journal: json.string('journal'), through: json.integer('through'), events: json.list('events', readEvent) };
  json.end();
  if (!/^[0-9a-f]{32}$/.test(document.journal)) throw json.wrong('journal', '32 lower-case hexadecimal characters');
  if ((document.number === 1) !== (previous === null)) throw new FormatError('previous: the first document has none, and every other one has it.');
  if (document.events.length === 0 || document.events.length > MAX_EVENTS) throw json.wrong('events', `a list of 1 to ${MAX_EVENTS} events`);
  const ranges = document.events.flat().reduce((sum, { leaves }) => sum + leaves.length, 0);
  if (ranges > MAX_RANGES) throw new FormatError(`events: they name ${ranges} ranges of leaves, more than ${MAX_RANGES}.`);
  return document;
}

function readPrevious(json: ObjectReader): { leaf: number; seal: string } {
  const previous = { leaf: json.integer('leaf'), seal: digest(json, 'seal') };
  json.end();
  return previous;
}

function readEvent(item: Json, path: string): readonly EventObjects[] {
  const json = new ObjectReader(item, path);
  const [agent, detail, outcome] = [json.string('agent'), json.optionalString('detail'), json.string('outcome')];
  if (agent.length === 0 || agent.length > MAX_TEXT) throw json.wrong('agent', `a text of 1 to ${MAX_TEXT} characters`);
  if (detail !== undefined && (detail.length === 0 || detail.length > MAX_TEXT)) throw json.wrong('detail', `a text of 1 to ${MAX_TEXT} characters`);
  if (!['success', 'failure', 'undetermined'].includes(outcome)) throw json.wrong('outcome', 'success, failure or undetermined');
  if (!/^[a-z ]{1,64}$/.test(json.string('type'))) throw json.wrong('type', '1 to 64 lower-case letters and spaces');
  atLeastOne(json, 'count');
  checkTime(json);
  const objects = json.list('objects', readObjects);
  json.end();
  objects.forEach(({ log }, i) => {
    if (i > 0 && (objects[i - 1] as EventObjects).log >= log) throw json.wrong('objects', 'in the order of the logs, each once');
  });
  return objects;
}

function readObjects(item: Json, path: string): EventObjects {
  const json = new ObjectReader(item, path);
  const objects = { log: digest(json, 'log'), leaves: json.list('leaves', readRange) };
  json.end();
  if (objects.leaves.length === 0) throw json.wrong('leaves', 'a list of ranges');
  objects.leaves.forEach(([from], i) => {
    if (i > 0 && from <= (objects.leaves[i - 1] as LeafRange)[1]) throw json.wrong(`leaves[${i}]`, 'behind the range before it, with a leaf between them');
  });
  return objects;
}

function readRange(item: Json, path: string): LeafRange {
  const [from, to, ...rest] = Array.isArray(item) ? item.map(leaf) : [];
  if (from === undefined || to === undefined || rest.length > 0 || !(from < to && to <= Number.MAX_SAFE_INTEGER)) throw new FormatError(`${path}: it is not a range of leaves.`);
  return [from, to];
}

const leaf = (item: Json): number => (item instanceof JsonNumber && /^[0-9]{1,16}$/.test(item.text) ? Number(item.text) : Number.NaN);

function digest(json: ObjectReader, name: string): string {
  const text = json.string(name);
  if (!/^[0-9a-f]{64}$/.test(text)) throw json.wrong(name, '64 lower-case hexadecimal characters');
  return text;
}

function atLeastOne(json: ObjectReader, name: string): number {
  const number = json.integer(name);
  if (number === 0) throw json.wrong(name, 'an integer from 1 on');
  return number;
}

function checkTime(json: ObjectReader): void {
  const text = json.string('time');
  const time = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== text) throw json.wrong('time', 'a time such as 2026-11-22T08:33:03.123Z');
}
