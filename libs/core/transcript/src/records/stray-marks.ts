import { matchHeader } from '../header-line';
import { splitAt, without, type TextLine } from './text-lines';

// printk before 2.6.36 printed levels in the middle of a line (kernel/printk.c vprintk).
const LEVEL = /<[0-7]>/g;
/** All that may stand between the beginning of a line and its level. */
const PREFIXES =
  /^(?:\s|<\d{1,3}>|\[ *\d{1,12}\.\d{3,9}\]|\[ *[TC]\d+\]|\[[A-Z][\w :.]{19,30}\]|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?=\s)|[\w.-]+(?: kernel)?(?:\[\d+\])?:|\d{1,3},\d+,\d+,[-c+][^;]{0,128};|[\w.-]+ (?=kernel:)|kern +:\w+ +:)*$/;
const BEGINS_LINE = /^(?:\s|\[|[A-Z])/;
/** Bytes that no UTF-8 has, and U+FFFD: what a serial line adds. */
export const NOISES: readonly string[] = ['\u00ff', '\u00fe', '\u00ef\u00bf\u00bd'];
const NOISE = new RegExp(`(?:${NOISES.join('|')})+`, 'g');
/** Where people and firmware name things: any letter may be theirs. */
const FREE_TEXT = /Hardware name:|[Cc]omm: |Linux version|Command line:/;

/** A level that is neither at the beginning of a line nor behind a prefix. */
export function strayLevels(line: string): number[] {
  const places: number[] = [];
  for (const { index } of line.matchAll(LEVEL))
    if (index > 0 && !(index < 160 && PREFIXES.test(line.slice(0, index)))) places.push(index);
  return places;
}

export function hasNoise(line: string): boolean {
  return line.search(NOISE) >= 0 && !FREE_TEXT.test(line);
}

/** Takes levels out of the middle of lines; where they begin another line that was glued on, parts the two. */
export function withoutStrays(lines: readonly TextLine[]): TextLine[] {
  const levelled = lines.filter((line) => /^<[0-7]>/.test(line.text)).length * 2 > lines.length;
  return lines.flatMap((line) => {
    const quiet = hasNoise(line.text) ? without(line, NOISE, () => true) : line;
    const strays = quiet.text.includes('<') ? strayLevels(quiet.text) : [];
    if (strays.length === 0) return [quiet];
    const begins = strays.filter((place) => beginsLine(quiet.text.slice(place + 3), levelled));
    const inside = new Set(strays.filter((place) => !begins.includes(place)));
    const pieces = splitAt(quiet, begins);
    let from = 0;
    return pieces.map((piece) => {
      const base = from;
      from += piece.text.length;
      return without(piece, LEVEL, (at) => inside.has(base + at));
    });
  });
}

function beginsLine(rest: string, levelled: boolean): boolean {
  if (/^\[ *\d{1,12}\.\d{6}\]/.test(rest)) return true;
  return levelled ? BEGINS_LINE.test(rest) : matchHeader(rest) !== null;
}
