import { DIGITS, WORD } from './literal-starts';

/** Parts of a start that are compared: enough to tell headers from ordinary messages. */
const MAX_PARTS = 8;
/** Columns of a state: ASCII without the bit by which a small letter differs from its capital. */
const COLUMNS = 64;
/** State behind the last letter of a start. */
const FOUND = 0xffff;

const columnOf = (code: number) => (code & 0x1f) | ((code >> 1) & 0x20);
const ASCII = Array.from({ length: 128 }, (_, code) => code);
const columnsOf = (pattern: RegExp) => [
  ...new Set(ASCII.filter((code) => pattern.test(String.fromCharCode(code))).map(columnOf)),
];
const REPEATED = new Map([
  [DIGITS, columnsOf(/\d/)],
  [WORD, columnsOf(/\w/)],
]);

/** One letter of a start, or one or more letters of a kind. */
interface Part {
  readonly columns: readonly number[];
  readonly repeats: boolean;
}

/** A start of which the first `known` parts were seen. */
interface Item {
  readonly id: number;
  readonly parts: readonly Part[];
  readonly known: number;
}

/**
 * Makes the automaton that tells whether a line begins like one of a set of ASCII texts (see `lineStarts`), for the price
 * of a few look-ups (assembly/idle-scan.ts begins()). Capitals count as small letters, other signs fall together likewise,
 * and only the first eight parts of a text count: it says yes too often, never no.
 *
 * @returns the next state by `state * 64 + column`: 0 where no text goes on that way, 0xffff where one is complete.
 */
export function automatonOf(texts: Iterable<string>): Uint16Array {
  const starts = [...new Set(texts)].map((text, id) => ({ id, parts: partsOf(text), known: 0 }));
  const states: (readonly Item[])[] = [starts];
  const byName = new Map<string, number>();
  const next: number[] = [];
  for (let state = 0; state < states.length; state++) {
    const row = next.length;
    for (let column = 0; column < COLUMNS; column++) next.push(0);
    const items = states[state] ?? [];
    const [item] = items;
    const column = item === undefined || items.length > 1 ? undefined : onlyColumn(item);
    // Nearly all states wait for one letter of one text.
    if (item !== undefined && column !== undefined) next[row + column] = stateOf([seenMore(item)]);
    else for (const [column, reached] of stepsOf(items)) next[row + column] = stateOf(reached);
  }
  return Uint16Array.from(next);

  function stateOf(items: readonly Item[]): number {
    if (items.some(({ parts, known }) => known === parts.length)) return FOUND;
    const name = items.map(({ id, known }) => `${id}:${known}`).join(' ');
    const state = byName.get(name) ?? states.length;
    if (state === states.length) {
      byName.set(name, state);
      states.push(items);
    }
    return state;
  }
}

const seenMore = ({ id, parts, known }: Item): Item => ({ id, parts, known: known + 1 });

/** The column of the one letter with which an item goes on; `undefined` where there are more. */
function onlyColumn({ parts, known }: Item): number | undefined {
  const next = parts[known];
  return next?.repeats === false && parts[known - 1]?.repeats !== true ? next.columns[0] : undefined;
}

/** What a state's items become by one more letter, by its column. */
function stepsOf(items: readonly Item[]): Map<number, Item[]> {
  const steps = new Map<number, Item[]>();
  const add = (column: number, item: Item) => {
    const known = steps.get(column);
    if (known === undefined) steps.set(column, [item]);
    else known.push(item);
  };
  for (const item of items) {
    const { parts, known } = item;
    const last = parts[known - 1];
    if (last?.repeats === true) for (const column of last.columns) add(column, item);
    for (const column of parts[known]?.columns ?? []) add(column, seenMore(item));
  }
  return steps;
}

function partsOf(text: string): readonly Part[] {
  if (text === '') throw new RangeError('an empty text begins every line');
  return Array.from(text.slice(0, MAX_PARTS), (letter) => {
    const columns = REPEATED.get(letter);
    return { columns: columns ?? [columnOf(letter.charCodeAt(0))], repeats: columns !== undefined };
  });
}
