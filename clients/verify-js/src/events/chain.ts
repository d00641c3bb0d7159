import { Codes } from '../verification/codes.js';
import type { EventDocument } from './document.js';

/** What is wrong with a document's place: a code, a sentence, and what was compared. */
export type ChainFault = readonly [code: string, message: string, expected: string, actual: string];

/** Follows the event documents of one log in the order of their leaves. Documents may have been left out between two, so a gap is no finding. */
export class EventChain {
  private last: { readonly leaf: bigint; readonly seal: string; readonly document: EventDocument } | null = null;

  constructor(
    private readonly origin: string,
    private readonly log: string,
  ) {}

  /** Takes the next document; what is wrong with its place in the chain, or null. */
  next(leaf: bigint, seal: string, document: EventDocument): ChainFault | null {
    const isOther = document.node !== this.origin || document.log !== this.log;
    const fault: ChainFault | null = isOther
      ? [Codes.eventsUnexpected, 'The event document is that of another log.', `${this.origin} ${this.log}`, `${document.node} ${document.log}`]
      : this.faultOf(leaf, document);
    this.last = { leaf, seal, document };
    return fault;
  }

  private faultOf(leaf: bigint, document: EventDocument): ChainFault | null {
    const { previous, number } = document;
    const named = previous === null ? 'none' : `leaf ${previous.leaf}, seal ${previous.seal}`;
    if (previous !== null && BigInt(previous.leaf) >= leaf) return [Codes.eventsUnlinked, 'It names a predecessor that does not stand before it.', `a leaf before ${leaf}`, named];
    if (this.last === null) return null;
    const { leaf: lastLeaf, seal, document: last } = this.last;
    if (number <= last.number) return [Codes.eventsUnexpected, 'Its number came already: the history forks, or a document stands there twice.', `more than ${last.number}`, `${number}`];
    if (number > last.number + 1)
      return previous !== null && BigInt(previous.leaf) <= lastLeaf
        ? [Codes.eventsUnlinked, 'The document that it names as its predecessor does not stand behind the one before it.', `a leaf after ${lastLeaf}`, named]
        : null;
    if (previous === null || BigInt(previous.leaf) !== lastLeaf || previous.seal !== seal) return [Codes.eventsUnlinked, 'It does not name the document before it.', `leaf ${lastLeaf}, seal ${seal}`, named];
    if (document.journal !== last.journal || document.through > last.through) return null;
    return [Codes.eventsUnexpected, "It covers entries of the node's journal that the document before it covers already.", `more than ${last.through}`, `${document.through}`];
  }
}
