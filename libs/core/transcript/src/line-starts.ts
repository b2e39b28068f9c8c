/** Letters of a text that are compared: enough to tell headers from ordinary messages. */
const MAX_LETTERS = 8;
const CODES = 128;
/** Sets the bit by which a small letter differs from its capital; other signs may fall together, which is harmless. */
const FOLD = 0x20;
/** State behind the last letter of a text. */
const FOUND = 0xffff;

/**
 * Tells whether a line begins like one of a set of ASCII texts, for the price of a few look-ups: a tree of letters.
 * Capitals count as small letters, and of each text only the first eight letters: it says yes too often, never no.
 */
export class LineStarts {
  /** Bytes that have to exist behind the place that is asked for. */
  static readonly REACH = MAX_LETTERS;
  /** State by `state * CODES + folded letter`: 0 where no text goes on that way. */
  private readonly next: Uint16Array;

  constructor(texts: Iterable<string>) {
    const next: number[] = blankState();
    for (const text of texts) addText(next, text.slice(0, MAX_LETTERS));
    this.next = Uint16Array.from(next);
  }

  include(bytes: Uint8Array, at: number): boolean {
    const next = this.next;
    let state = 0;
    do {
      const code = bytes[at++] ?? CODES;
      if (code >= CODES) return false;
      state = next[state * CODES + (code | FOLD)] ?? 0;
      if (state === FOUND) return true;
    } while (state !== 0);
    return false;
  }
}

const blankState = () => new Array<number>(CODES).fill(0);

function addText(next: number[], text: string): void {
  if (text === '') throw new RangeError('an empty text begins every line');
  let state = 0;
  for (let i = 0; i < text.length; i++) {
    const place = state * CODES + (text.charCodeAt(i) | FOLD);
    const known = next[place] ?? 0;
    if (known === FOUND) return;
    if (i === text.length - 1) next[place] = FOUND;
    else if (known === 0) {
      next[place] = next.length / CODES;
      next.push(...blankState());
    }
    state = next[place] ?? 0;
  }
}
