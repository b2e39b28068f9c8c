/** Characters with a meaning of their own in a regular expression. */
const SPECIAL = '\\^$.*+?()[]{}|';

/** Stand in a line start for one or more digits, and for one or more letters of a word (`\d+`, `\w+`). */
export const DIGITS = '\u0001';
export const WORD = '\u0002';
const REPEATED = new Map([
  ['\\d+', DIGITS],
  ['\\w+', WORD],
]);

/** Text that `source` begins with for certain, up to the first part that varies, and that part with the rest. */
function splitLiteral(source: string): readonly [text: string, rest: string] {
  let text = '';
  for (let i = 0; i < source.length; i++) {
    const from = i;
    let letter = source[i] ?? '';
    const repeated = letter === '\\' ? REPEATED.get(source.slice(i, i + 3)) : undefined;
    if (repeated !== undefined) {
      text += repeated;
      i += 2;
      continue;
    }
    if (letter === '\\' && SPECIAL.includes(source[i + 1] ?? 'x')) letter = source[++i] ?? '';
    else if (SPECIAL.includes(letter)) return [text, source.slice(from)];
    const next = source[i + 1] ?? '';
    if (next === '?' || next === '*' || next === '{') return [text, ''];
    text += letter;
  }
  return [text, ''];
}

/** Splits at `|` outside of groups and classes. */
function alternatives(source: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < source.length; i++) {
    const letter = source[i];
    if (letter === '\\') i++;
    else if (letter === '(' || letter === '[') depth++;
    else if (letter === ')' || letter === ']') depth--;
    else if (letter === '|' && depth === 0) {
      parts.push(source.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, source.slice(from)];
}

/**
 * Literal beginnings of everything that an anchored expression matches: what a line must begin with before the
 * expression is worth running. An empty text means that it may begin with anything.
 */
export function literalStarts(pattern: RegExp): string[] {
  return [...new Set(lineStarts(pattern).map((start) => /^[^\u0001\u0002]*/.exec(start)?.[0] ?? ''))];
}

/** The same, but going on behind `DIGITS` and `WORD`. */
export function lineStarts(pattern: RegExp): string[] {
  return alternatives(pattern.source).flatMap((part) => startsOf(part.replace(/^\^/, '')));
}

function startsOf(source: string): string[] {
  const [text, group] = splitLiteral(source);
  if (!group.startsWith('(?:')) return [text];
  const end = closing(group);
  const quantifier = group[end + 1] ?? '';
  if (quantifier === '*' || quantifier === '{') return [text];
  const inside = alternatives(group.slice(3, end)).flatMap(startsOf);
  const all = quantifier === '?' ? [...inside, ...startsOf(group.slice(end + 2))] : inside;
  return all.map((start) => text + start);
}

/** Index of the parenthesis that closes the group with which `source` begins. */
function closing(source: string): number {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const letter = source[i];
    if (letter === '\\') i++;
    else if (letter === '(') depth++;
    else if (letter === ')' && --depth === 0) return i;
  }
  return source.length;
}
