import type { Finding, Layer, Outcome, Severity } from '../verification/finding.js';
import { RECORD_LAYERS, type RecordLayer, type RecordVerdict, worse } from '../verification/verdict.js';
import type { PackagedEvents } from './events.js';
import type { PackageFindings } from './findings.js';

/** How many records came to which verdict. */
export interface RecordCounts {
  readonly count: number;
  readonly intact: number;
  readonly altered: number;
  readonly undetermined: number;
}

/** What reading a package gave, format evidence.report/1. */
export interface Report {
  readonly format: 'evidence.report/1';
  readonly whole: Outcome;
  /** The worst of each layer over all records, that of the package as a container, and where there are event documents, theirs. */
  readonly layers: Readonly<Record<Exclude<Layer, 'events'>, Outcome>> & { readonly events?: Outcome };
  /** The codes of all warnings and errors, each once, in order. */
  readonly codes: readonly string[];
  readonly records: RecordCounts;
  /** The first findings. */
  readonly findings: readonly Finding[];
  readonly findingsLeftOut: number;
  readonly restsOn: readonly string[];
  /** The time by which all records are proven to have been sealed, RFC 3339; absent when that is not proven of every one. */
  readonly provenNoLaterThan?: string;
  /** SHA-256 of the trust.json that was used. */
  readonly trustSha256?: string;
  /** The text that a certificate of this package carries. */
  readonly certificate?: string;
  /** The first record's number. */
  readonly record?: string;
}

const outcomeOf = (worst: Severity): Outcome => (worst === 'error' ? 'ALTERED' : worst === 'warning' ? 'UNDETERMINED' : 'INTACT');

/** Sums up the verdicts of a package's records, with the same memory for any number of them. */
export class Tally {
  private readonly counts = { count: 0, intact: 0, altered: 0, undetermined: 0 };
  private readonly layers = new Map<RecordLayer, Outcome>();
  private first: RecordVerdict | null = null;
  private latest: bigint | null = null;
  private unproven = false;

  constructor(private readonly list: PackageFindings) {}

  add(verdict: RecordVerdict): void {
    this.first ??= verdict;
    this.counts.count++;
    this.counts[verdict.whole === 'ALTERED' ? 'altered' : verdict.whole === 'INTACT' ? 'intact' : 'undetermined']++;
    for (const layer of RECORD_LAYERS) this.layers.set(layer, worse(this.layers.get(layer) ?? 'NONE', verdict.layers[layer]));
    for (const finding of verdict.findings) this.list.add(finding);
    if (verdict.time === null) this.unproven = true;
    else if (this.latest === null || verdict.time > this.latest) this.latest = verdict.time;
  }

  report(trustSha256: string | undefined, certificate: string | null, events: PackagedEvents): Report {
    const container = outcomeOf(this.list.worst);
    const history = events.count === 0 ? undefined : outcomeOf(this.list.worstOfEvents);
    const { count, altered, undetermined } = this.counts;
    const records: Outcome = altered > 0 ? 'ALTERED' : undetermined > 0 || count === 0 ? 'UNDETERMINED' : 'INTACT';
    const time = container === 'INTACT' && !this.unproven ? this.latest : null;
    const ground = 'Package: every byte of the file was read and is the one that its members and the format give.';
    return {
      format: 'evidence.report/1',
      whole: worse(worse(container, records), history ?? 'NONE'),
      layers: { ...(Object.fromEntries(RECORD_LAYERS.map((layer) => [layer, this.layers.get(layer) ?? 'UNDETERMINED'])) as Record<RecordLayer, Outcome>), package: container, ...(history !== undefined && { events: history }) },
      codes: this.list.allCodes,
      records: { ...this.counts },
      findings: this.list.kept,
      findingsLeftOut: this.list.leftOut,
      restsOn: [...(this.first?.restsOn ?? []), ...(history === 'INTACT' ? [events.ground] : []), ...(container === 'INTACT' ? [ground] : [])],
      ...(time !== null && { provenNoLaterThan: new Date(Number(time) * 1000).toISOString() }),
      ...(trustSha256 !== undefined && { trustSha256 }),
      ...(certificate !== null && { certificate }),
      ...(this.first !== null && { record: this.first.record }),
    };
  }
}
