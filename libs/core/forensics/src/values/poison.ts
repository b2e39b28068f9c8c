import type { Confidence } from '../analysis';
import type { Layout } from './layout';
import type { ValueReading } from './reading';
import { POISON_ROWS, type PoisonRow } from './tables/poison';
import { byteAt, hex, type Word } from './word';

const byByte = new Map<number, PoisonRow>();
const byDelta = new Map<number, PoisonRow>();
const byHalf = new Map<number, PoisonRow>();
const words: { readonly row: PoisonRow; readonly hi: number; readonly lo: number }[] = [];
for (const row of POISON_ROWS) {
  const lo = Number(row.value & 0xffff_ffffn);
  if (row.match === 'byte') byByte.set(lo, row);
  else if (row.match === 'delta') byDelta.set(lo, row);
  else if (row.match === 'half') byHalf.set(lo, row);
  else words.push({ row, hi: Number(row.value >> 32n), lo });
}

/** How far from a poison value an access lands that used it as a pointer to a structure. */
const REACH = 0x1000;

/** A byte repeated may be a program's own pattern; the other values nobody comes by. */
function confidenceOf(row: PoisonRow, kind: ValueReading['kind'], weightBits: number): Confidence {
  if (!row.telling || kind === 'poison-part') return 'hint';
  return kind === 'poison' && row.match !== 'byte' && weightBits >= 48 ? 'certain' : 'likely';
}

function reading(
  row: PoisonRow,
  kind: 'poison' | 'poison-offset' | 'poison-part',
  weightBits: number,
  offset: number,
): ValueReading {
  const where = offset === 0 ? '' : offset < 0 ? ` − ${hex(-offset)}` : ` + ${hex(offset)}`;
  const half = kind === 'poison-part' ? ' in a part of the word' : '';
  return {
    kind,
    text: `${row.name}${where}${half}: ${row.meaning}`,
    weightBits: row.telling ? weightBits : Math.min(weightBits, 16),
    confidence: confidenceOf(row, kind, weightBits),
    details: { name: row.name, offset: BigInt(offset), source: row.source },
  };
}

const repeated = (byte: number): number => (byte * 0x0101_0101) >>> 0;

/** One byte in all the word, or in it but for a small distance, or its last byte POISON_END. */
function readRepeated(word: Word, wide: boolean): ValueReading | null {
  // The middle bytes survive both a small offset and an end mark.
  const row = byByte.get((wide ? word.hi >>> 16 : word.lo >>> 16) & 0xff);
  if (row === undefined) return null;
  const full = repeated(Number(row.value));
  const offset = word.lo - full;
  if (wide && word.hi !== full) {
    const last = byteAt(word.bytes, word.bytes.length - 1);
    const ends = row.name === 'POISON_FREE' && last === 0xa5;
    if (!ends || word.lo !== full || (word.hi & 0xff_ffff) !== (full & 0xff_ffff)) return null;
    const end = reading(row, 'poison', 60, 0);
    return { ...end, text: `${end.text}, its last bytes (POISON_END)` };
  }
  if (offset === 0) return reading(row, 'poison', wide ? 64 : 32, 0);
  if (!row.telling || Math.abs(offset) >= REACH) return null;
  return reading(row, 'poison-offset', wide ? 51 : 19, offset);
}

/** Values that stand in pointers which code follows; the others are only compared. */
const followed = POISON_ROWS.filter((row) => row.match === 'delta' && row.name.startsWith('LIST_POISON'));

/** Row that a displacement starts from: one in whole words if there is such, then the nearest. */
function nearestFollowed(low: number): { row: PoisonRow; offset: number } | null {
  let best: { row: PoisonRow; offset: number } | null = null;
  let bestCost = Infinity;
  for (const row of followed) {
    const offset = low - Number(row.value);
    if (Math.abs(offset) >= REACH) continue;
    const cost = Math.abs(offset) + (offset % 8 === 0 ? 0 : REACH);
    if (cost >= bestCost) continue;
    best = { row, offset };
    bestCost = cost;
  }
  return best;
}

function readPointerPoison(word: Word, layout: Layout): ValueReading | null {
  const delta = layout.poisonDelta;
  if (delta === null) {
    // Without an illegal address to hide in, only the values that no small integer has are telling.
    const row = word.hi === 0 ? byDelta.get(word.lo) : undefined;
    return row !== undefined && word.lo > 0x1_0000 ? reading(row, 'poison', 32, 0) : null;
  }
  const low = word.lo - delta.lo + (word.hi - delta.hi) * 0x1_0000_0000;
  if (low <= -REACH || low >= 0x20_2000) return null;
  const exact = byDelta.get(low);
  if (exact !== undefined) return reading(exact, 'poison', 60, 0);
  const near = nearestFollowed(low);
  if (near === null) return null;
  return reading(near.row, 'poison-offset', 47, near.offset);
}

/** Poison of whole words: exact, or followed by a small displacement. */
export function readPoison(word: Word, layout: Layout): ValueReading | null {
  const wide = layout.context.widthBits === 64;
  const pointer = readPointerPoison(word, layout);
  if (pointer !== null) return pointer;
  if (wide) {
    for (const one of words)
      if (one.hi === word.hi && one.lo === word.lo) return reading(one.row, 'poison', 64, 0);
  }
  return readRepeated(word, wide);
}

function readHalf(half: number, whole: boolean): ValueReading | null {
  const magic = byHalf.get(half);
  if (magic !== undefined) {
    const bits = whole ? 60 : 30;
    return {
      ...reading(magic, 'poison', bits, 0),
      kind: 'magic',
      confidence: magic.telling ? 'likely' : 'hint',
    };
  }
  const row = byByte.get(half & 0xff);
  return row?.telling === true && half === repeated(half & 0xff) ? reading(row, 'poison-part', 28, 0) : null;
}

/** A byte of poison in all but two bytes at most: something was written into it, or a bit flipped. */
function readDamaged(word: Word): ValueReading | null {
  const { bytes } = word;
  // With two bytes changed, three of any four neighbours at the begin or middle still agree.
  const candidate =
    bytes[0] === bytes[1] ? byteAt(bytes, 0) : bytes[2] === bytes[3] ? byteAt(bytes, 2) : byteAt(bytes, 4);
  const row = byByte.get(candidate);
  if (row?.telling !== true) return null;
  let same = 0;
  for (const byte of bytes) if (byte === candidate) same++;
  if (same < 6 || same === 8) return null;
  const part = reading(row, 'poison-part', 8 * same - 6, 0);
  return { ...part, text: `${row.name} in ${same} of 8 bytes, the others changed: ${row.meaning}` };
}

/** Poison that is not whole: magics and repeated bytes in one half, or a few bytes changed. */
export function readPoisonPart(word: Word): ValueReading | null {
  if (word.bytes.length === 8) {
    const damaged = readDamaged(word);
    if (damaged !== null) return damaged;
  }
  return readHalf(word.lo, word.hi === 0) ?? (word.hi === 0 ? null : readHalf(word.hi, word.lo === 0));
}
