import { parseUint64 } from '../bytes.js';
import { isRecordId } from '../seals/seal.js';

/** Where members stand in a package, in this order. */
export const Place = { readme: 0, keys: 1, roots: 2, anchor: 3, history: 4, record: 5, events: 6, statement: 7, certificate: 8, manifest: 9 } as const;

/** The name of a member of a record, or of an event document, which has the same members. */
export type RecordMemberName =
  | { readonly place: 5 | 6; readonly record: string; readonly within: 'seal' | 'proof' }
  | { readonly place: 5 | 6; readonly record: string; readonly within: 'part'; readonly part: string };

type FixedPlace = Exclude<(typeof Place)[keyof typeof Place], 3 | 5 | 6>;

/** A member's name as the format has it, taken apart. */
export type MemberName = { readonly place: FixedPlace } | { readonly place: 3; readonly size: bigint } | RecordMemberName;

const FIXED: Readonly<Record<string, FixedPlace>> = {
  'README.txt': Place.readme,
  'log/keys.json': Place.keys,
  'signature-roots.pem': Place.roots,
  'anchors/history.json': Place.history,
  'statement.json': Place.statement,
  'certificate.html': Place.certificate,
  'manifest.json': Place.manifest,
};

/** Null when the format has no such name. */
export function parseMemberName(name: string): MemberName | null {
  if (Object.hasOwn(FIXED, name)) return { place: FIXED[name] as 0 };
  const size = parseUint64(/^anchors\/(\d+)\.json$/.exec(name)?.[1] ?? '');
  if (size !== null) return { place: Place.anchor, size };
  const [, folder, record = '', rest = '', part] = /^(records|events)\/([^/]*)\/(seal\.json|inclusion\.tlog-proof|parts\/([csktm]\d{4}))$/.exec(name) ?? [];
  if (!isRecordId(record)) return null;
  const place = folder === 'events' ? Place.events : Place.record;
  if (part !== undefined) return { place, record, within: 'part', part };
  return { place, record, within: rest === 'seal.json' ? 'seal' : 'proof' };
}

/** Whether a member belongs to a record, or to an event document. */
export const isOfRecord = (name: MemberName): name is RecordMemberName => name.place === Place.record || name.place === Place.events;

/** Whether a member's bytes are needed, within the limits. Content never is. */
export function isHeld(name: MemberName): boolean {
  if (name.place === Place.record) return name.within !== 'part' || !name.part.startsWith('c');
  return name.place === Place.events || name.place === Place.keys || name.place === Place.anchor || name.place === Place.history;
}
