export type Severity = 'info' | 'warning' | 'error';

/** The layers of a record, the package as a container, and the event documents in it, in the order in which they are shown. */
export const LAYERS = ['content', 'seal', 'signature', 'log', 'ledger', 'package', 'events'] as const;
export type Layer = (typeof LAYERS)[number];

/** One thing that a check found. */
export interface Finding {
  /** E and three digits. */
  readonly code: string;
  readonly severity: Severity;
  readonly layer: Layer;
  /** Where: a member, a part, a block. */
  readonly subject: string;
  /** One English sentence. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The record that it speaks of; absent for the package as a whole. */
  readonly record?: string;
}

export type Outcome = 'INTACT' | 'ALTERED' | 'UNDETERMINED' | 'NONE';

/** UTF-16 units that are kept of a text in a finding or a ground: an archive can make one that quotes it as long as it likes. */
const MAX_TEXT = 2000;

const cut = (text: string): string => (text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`);

/** Takes what the check of one layer finds, and what it could confirm. */
export class FindingList {
  readonly findings: Finding[] = [];
  readonly grounds: string[] = [];

  constructor(readonly layer: Layer) {}

  error(code: string, subject: string, message: string, expected?: string, actual?: string): void {
    this.add('error', code, subject, message, expected, actual);
  }

  warning(code: string, subject: string, message: string, expected?: string, actual?: string): void {
    this.add('warning', code, subject, message, expected, actual);
  }

  info(code: string, subject: string, message: string): void {
    this.add('info', code, subject, message);
  }

  /** A sentence that says what the layer rests on. */
  ground(sentence: string): void {
    this.grounds.push(cut(sentence));
  }

  has(severity: Severity): boolean {
    return this.findings.some((finding) => finding.severity === severity);
  }

  /** No error and no warning. */
  get clean(): boolean {
    return !this.has('error') && !this.has('warning');
  }

  /** The layer's verdict. Nothing is intact by default: `checked` says whether everything that an intact layer needs was compared. */
  outcome(checked: boolean): Outcome {
    if (this.has('error')) return 'ALTERED';
    return this.clean && checked ? 'INTACT' : 'UNDETERMINED';
  }

  private add(severity: Severity, code: string, subject: string, message: string, expected?: string, actual?: string): void {
    this.findings.push({ code, severity, layer: this.layer, subject: cut(subject), message: cut(message), ...(expected !== undefined && { expected: cut(expected) }), ...(actual !== undefined && { actual: cut(actual) }) });
  }
}
