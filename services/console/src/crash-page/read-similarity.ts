/** A function that both stacks have, and what it adds to the score. */
export interface MatchedFunction {
  readonly name: string;
  /** Place in the crash's stack, the innermost 0, and in the stack that it was compared with. */
  readonly ours: number;
  readonly theirs: number;
  readonly weight: number;
  readonly gain: number;
}

/** By which likeness a key joined an incident. */
export interface Similarity {
  /** The least score that joins. */
  readonly above: number | null;
  readonly comparedKey: string | null;
  /** Where both crashed (`connect.c:1234`), if that decided between incidents about as near. */
  readonly site: string | null;
  /** Functions that one build is taken to have inlined. */
  readonly missing: readonly string[];
  readonly matched: readonly MatchedFunction[];
  /** Of the functions that one of both stacks lacks. */
  readonly unmatchedWeight: number | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** @returns `null` when the key joined by something else than likeness */
export function readSimilarity(detail: Fields | null): Similarity | null {
  const matched = detail?.['matched'];
  if (detail === null || !Array.isArray(matched)) return null;
  const missing: unknown = detail['missing'];
  return {
    above: numberOr(detail['above']),
    comparedKey: textOr(detail['comparedKey']),
    site: textOr(detail['site']),
    missing: Array.isArray(missing) ? missing.filter((one) => typeof one === 'string') : [],
    matched: matched.flatMap(readMatched),
    unmatchedWeight: numberOr(detail['unmatchedWeight']),
  };
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function readMatched(row: unknown): MatchedFunction[] {
  if (!isFields(row)) return [];
  const { function: name, ours, theirs, weight, gain } = row;
  if (typeof name !== 'string' || typeof ours !== 'number' || typeof theirs !== 'number') return [];
  if (typeof weight !== 'number' || typeof gain !== 'number') return [];
  return [{ name, ours, theirs, weight, gain }];
}
