import type { Finding, Severity } from '../verification/finding.js';

const WEIGHT: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** All that was found in a package: the first findings themselves, of the others how many, and all codes. A hostile package cannot make it grow. */
export class PackageFindings {
  readonly kept: Finding[] = [];
  leftOut = 0;
  /** The gravest finding about the container. */
  worst: Severity = 'info';
  /** The gravest finding about the event documents. */
  worstOfEvents: Severity = 'info';
  private readonly codes = new Set<string>();

  constructor(private readonly maxKept: number) {}

  error(code: string, subject: string, message: string, expected?: string, actual?: string): void {
    this.add({ code, severity: 'error', layer: 'package', subject, message, ...(expected !== undefined && { expected }), ...(actual !== undefined && { actual }) });
  }

  warning(code: string, subject: string, message: string): void {
    this.add({ code, severity: 'warning', layer: 'package', subject, message });
  }

  add(finding: Finding): void {
    if (finding.severity !== 'info') this.codes.add(finding.code);
    if (finding.layer === 'package' && WEIGHT[finding.severity] > WEIGHT[this.worst]) this.worst = finding.severity;
    if (finding.layer === 'events' && WEIGHT[finding.severity] > WEIGHT[this.worstOfEvents]) this.worstOfEvents = finding.severity;
    if (this.kept.length < this.maxKept) this.kept.push(finding);
    else this.leftOut++;
  }

  /** The codes of all warnings and errors, each once, in order. */
  get allCodes(): string[] {
    return [...this.codes].sort();
  }
}
