import type { EventObjects, LeafRange } from '../events/document.js';

/** The leaves of the records that a package holds; those that lie side by side take the room of one. */
export class PackagedLeaves {
  private readonly ranges: { readonly from: bigint; to: bigint }[] = [];
  private isFull = false;

  constructor(private readonly limit: number) {}

  /** Takes the next leaf; one that does not stand behind those before it is a finding by itself and left out. */
  add(leaf: bigint): void {
    const last = this.ranges.at(-1);
    if (last !== undefined && leaf <= last.to) {
      if (leaf === last.to) last.to++;
    } else if (this.ranges.length < this.limit) this.ranges.push({ from: leaf, to: leaf + 1n });
    else this.isFull = true;
  }

  /** Whether one of the leaves is among them; also where there were more than can be held. */
  meet({ leaves }: EventObjects): boolean {
    return this.isFull || leaves.some((range) => this.meets(range));
  }

  private meets([from, to]: LeafRange): boolean {
    let [low, high] = [0, this.ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ranges[middle] as { to: bigint }).to <= BigInt(from)) low = middle + 1;
      else high = middle;
    }
    const found = this.ranges[low];
    return found !== undefined && found.from < BigInt(to);
  }
}
