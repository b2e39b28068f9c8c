import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Named {
  readonly name: string;
  /** How the code says the text: a constant of its file, or the text itself. */
  readonly text: string;
}

const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, code: readFileSync(join(__dirname, path), 'utf8') }));

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Arguments of a call, cut at the commas of its own depth. @param from behind its opening parenthesis */
function argumentsAt(code: string, from: number): readonly string[] {
  const closings: string[] = [];
  const found: string[] = [];
  let quote: string | null = null;
  let start = from;
  for (let at = from; at < code.length; at += 1) {
    const char = code[at] ?? '';
    if (quote !== null) {
      if (char === '\\') at += 1;
      else if (char === quote) quote = null;
    } else if (char === "'" || char === '`') quote = char;
    else if (CLOSING[char] !== undefined) closings.push(CLOSING[char]);
    else if (char === closings.at(-1)) closings.pop();
    else if (char === ',' && closings.length === 0) {
      found.push(code.slice(start, at).trim());
      start = at + 1;
    } else if (char === ')') return [...found, code.slice(start, at).trim()].filter((text) => text !== '');
  }
  return found;
}

/** Statements of a source that have a name. */
function namedIn(path: string, code: string): Named[] {
  return [...code.matchAll(/\.query(?:<[^(]*>)?\(/g)].flatMap(({ index, 0: call }) => {
    const [text = '', , name] = argumentsAt(code, index + call.length);
    const said = name === undefined ? null : /^'(\w+)'$/.exec(name);
    const isConstant = /^[A-Z_]+$/.test(text);
    const isImported = isConstant && new RegExp(`import \\{[^}]*\\b${text}\\b[^}]*\\}`).test(code);
    const from = isConstant && !isImported ? `${path} ${text}` : text;
    return said?.[1] === undefined ? [] : [{ name: said[1], text: from }];
  });
}

describe('names of prepared statements', () => {
  const named = sources.flatMap(({ path, code }) => namedIn(path, code));

  it('are found', () => {
    expect(named.length).toBeGreaterThan(80);
    expect(namedIn('x.ts', "sql.query<{ a: string }>(A, [f(1, ','), 2], 'lock_hosts');")).toEqual([
      { name: 'lock_hosts', text: 'x.ts A' },
    ]);
  });

  it('stand for one text each in all of the package', () => {
    const texts = Map.groupBy(named, ({ name }) => name);
    const twice = [...texts].filter(([, uses]) => new Set(uses.map(({ text }) => text)).size > 1);
    expect(twice).toEqual([]);
  });
});
