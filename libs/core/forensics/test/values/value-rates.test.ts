import { AREA_ROWS } from '../../src/values/tables/areas';
import { readValue, VALUE_KINDS, valueContext, type ValueContext, type ValueKind } from '../../src';

/** mulberry32 in pairs: the same words on every machine. */
function createWords(seed: number): () => bigint {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => (BigInt(next()) << 32n) | BigInt(next());
}

/** A crash of which much is known, so that every recogniser that needs something has it. */
const crash = valueContext('x86_64', {
  pagingLevels: 4,
  release: { major: 6, minor: 1 },
  crashedAtMs: 1_700_000_000_000,
  uptimeSeconds: 86_400,
  pointers: [0xffff_8e44_fe3f_2100n, 0xffff_d058_4041_be20n, 0xffff_8e44_c201_4e00n, 0xffff_ffff_c081_bff8n],
  known: [
    { start: 0xffff_d058_4041_8000n, end: 0xffff_d058_4041_c000n, area: 'stack', name: 'the stack' },
    { start: 0xffff_8e44_fce0_0000n, end: 0xffff_8e44_fd00_0000n, area: 'per-cpu', name: 'CPU 0' },
  ],
});

const RANDOM_WORDS = 250_000;
const WORDS_PER_AREA = 1500;

function countKinds(values: Iterable<bigint>, context: ValueContext): Map<ValueKind, number> {
  const counts = new Map<ValueKind, number>();
  for (const value of values)
    for (const { kind } of readValue(value, context)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** What a true rate may show in a sample: three standard deviations above, and a first accident. */
const allowed = (rate: number, sample: number) =>
  rate * sample + 3 * Math.sqrt(rate * sample) + (rate > 0 ? 1 : 0);

function* randomWords(count: number, seed: number): Generator<bigint> {
  const next = createWords(seed);
  for (let i = 0; i < count; i++) yield next();
}

function* wordsIn(start: bigint, end: bigint, count: number, seed: number): Generator<bigint> {
  const next = createWords(seed);
  for (let i = 0; i < count; i++) yield start + (next() % (end - start));
}

describe('how often values are misread', () => {
  it('is below what each kind states, for random words', () => {
    const counts = countKinds(randomWords(RANDOM_WORDS, 1), crash);
    for (const row of VALUE_KINDS) {
      const found = counts.get(row.kind) ?? 0;
      expect({ kind: row.kind, found, fits: found <= allowed(row.randomRate, RANDOM_WORDS) }).toEqual({
        kind: row.kind,
        found,
        fits: true,
      });
    }
  });

  it('is below what each kind states, for addresses of every documented area', () => {
    const totals = new Map<ValueKind, number>();
    let sample = 0;
    for (const [i, row] of AREA_ROWS.entries()) {
      const [major, minor] = row.since ?? (row.until === null ? [6, 1] : [4, 9]);
      const context: ValueContext = {
        ...crash,
        arch: row.arch,
        pagingLevels: row.bits === 57 ? 5 : 4,
        vaBits: row.bits,
        kaslr: false,
        release: { major, minor },
      };
      const counts = countKinds(wordsIn(row.start, row.end, WORDS_PER_AREA, 100 + i), context);
      for (const [kind, count] of counts) totals.set(kind, (totals.get(kind) ?? 0) + count);
      sample += WORDS_PER_AREA;
    }
    for (const row of VALUE_KINDS) {
      const found = totals.get(row.kind) ?? 0;
      expect({ kind: row.kind, found, fits: found <= allowed(row.pointerRate, sample) }).toEqual({
        kind: row.kind,
        found,
        fits: true,
      });
    }
  });

  it('reads no address of the randomised areas as data or as a broken address', () => {
    const says = new Map(VALUE_KINDS.map((row) => [row.kind, row.says]));
    const counts = countKinds(wordsIn(0xffff_8880_0000_0000n, 0xffff_fe00_0000_0000n, 50_000, 7), crash);
    expect([...counts.keys()].filter((kind) => says.get(kind) !== 'address')).toEqual([]);
  });

  it('reads few addresses of programs as text', () => {
    const sample = 100_000;
    const programs = wordsIn(0x5500_0000_0000n, 0x5700_0000_0000n, sample, 11);
    const libraries = wordsIn(0x7f00_0000_0000n, 0x7fff_ffff_f000n, sample, 12);
    const ofPrograms = countKinds(programs, crash);
    const ofLibraries = countKinds(libraries, crash);
    // A position-independent program lies at 0x55… or 0x56…, the letters U and V: five more bytes have to be letters.
    expect((ofPrograms.get('ascii') ?? 0) / sample).toBeLessThan(5e-5);
    expect(ofLibraries.get('ascii') ?? 0).toBe(0);
  });

  it('reads few 32-bit numbers as data', () => {
    const sample = 100_000;
    const data = VALUE_KINDS.filter((row) => row.says === 'data').map((row) => row.kind);
    const counts = countKinds(wordsIn(0x1_0000n, 0x1_0000_0000n, sample, 13), crash);
    const found = data.reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
    expect(found / sample).toBeLessThan(5e-4);
  });
});
