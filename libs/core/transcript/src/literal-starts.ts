/** Characters with a meaning of their own in a regular expression. */
const SPECIAL = '\\^$.*+?()[]{}|';

/** Text that `source` begins with for certain, up to the first part that varies. */
function literalOf(source: string): string {
  let text = '';
  for (let i = 0; i < source.length; i++) {
    let letter = source[i] ?? '';
    if (letter === '\\' && SPECIAL.includes(source[i + 1] ?? 'x')) letter = source[++i] ?? '';
    else if (SPECIAL.includes(letter)) break;
    const next = source[i + 1] ?? '';
    if (next === '?' || next === '*' || next === '{') break;
    text += letter;
  }
  return text;
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
  return alternatives(pattern.source).flatMap((part) => startsOf(part.replace(/^\^/, '')));
}

function startsOf(source: string): string[] {
  if (!source.startsWith('(?:')) return [literalOf(source)];
  const end = closing(source);
  const optional = '?*'.includes(source[end + 1] ?? 'x');
  const inside = alternatives(source.slice(3, end)).flatMap(startsOf);
  const rest = source.slice(end + 1);
  if (optional) return [...inside, ...startsOf(rest.slice(1))];
  return inside;
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
