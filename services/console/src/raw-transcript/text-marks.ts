import type { ByteSpan } from './transcript-lines';

/** A word of the stack that is a register at the trap. */
export interface NamedWord extends ByteSpan {
  readonly name: string;
}

/** Bytes that show a claim which may be chosen. */
export interface ClaimSpan extends ByteSpan {
  /** Name of the claim and its evidence in the address. */
  readonly hash: string;
}

/** Bytes of the claim that is chosen. */
export interface LitSpan extends ByteSpan {
  /** Which evidence of the claim, from 1. */
  readonly number: number;
  readonly note: string;
  /** The one that is looked at. */
  readonly isCurrent: boolean;
}

/** Everything that stands out in a transcript. */
export interface TextMarks {
  /** Byte ranges of the readings: their lines stand out. */
  readonly spans: readonly ByteSpan[];
  /** Frame number by the byte where its line starts being a frame. */
  readonly frames: readonly { readonly number: number; readonly start: number }[];
  readonly words: readonly NamedWord[];
  readonly claims: readonly ClaimSpan[];
}

/** The marks that touch `range`. Where none does, the list is always the same one, so that nothing is drawn again. */
export function marksWithin<Mark extends ByteSpan>(marks: readonly Mark[], range: ByteSpan): readonly Mark[] {
  const found = marks.filter((mark) => mark.start < range.end && mark.end > range.start);
  return found.length === 0 ? NONE : found;
}

const NONE: readonly never[] = [];

/** Of several claims that a byte shows, the one that says most about it: that with the fewest bytes, the first of equals. */
export function narrowest<Mark extends ByteSpan>(marks: readonly Mark[]): Mark | null {
  return marks.reduce<Mark | null>(
    (best, mark) => (best === null || mark.end - mark.start < best.end - best.start ? mark : best),
    null,
  );
}
