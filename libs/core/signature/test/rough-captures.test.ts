import { STAMPED } from './captures';
import { loadCases, signAll } from './case-library';
import { createRandom } from './fuzz/random';
import { HARMLESS, interleave, LOSSY, type Rough } from './rough-captures';

/**
 * Least shares of cases that read the same. 1 where the text still carries everything; docs/quality.md says what the others
 * miss. A share that rises is to be raised here.
 */
const FLOORS: Readonly<{ [name: string]: number }> = {
  'wrapped at 80 columns': 0.995,
  'CRLF, wrapped at 80': 0.995,
  'no prefix, wrapped at 80': 0.995,
  'syslog, wrapped at 80': 0.955,
  'levels only, lines glued': 0.95,
  'netconsole, lines glued': 0.965,
  'level in mid-line': 0.985,
  'noise bytes': 0.985,
};
/** Least shares of cases that read the same or say that they are damaged. */
const SAFE_FLOORS: Readonly<{ [name: string]: number }> = {
  'netconsole, one lost': 0.995,
  'netconsole, three lost, out of order': 0.99,
  'pstore, a part missing': 0.985,
};
const TOGETHER = { tagged: 0.99, safe: 0.75 };

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const logs = loadCases()
  .map(({ id, bytes }) => ({ id, text: textOf(bytes) }))
  .filter(({ text }) => !text.includes('crash> ') && !text.includes('COMMAND: '))
  .filter(({ text }) => STAMPED.test(text.split('\n', 1)[0] ?? ''));

interface Identity {
  readonly kind: string;
  readonly damage: string | null;
  readonly group: string;
  readonly loose: string;
}

function identities(text: string): Identity[] {
  return signAll(Buffer.from(text, 'latin1')).map(({ reading, explanation }) => ({
    kind: reading.kind,
    damage: reading.damage,
    group: explanation.signature.groupKey,
    loose: explanation.signature.looseKey,
  }));
}

const plain = new Map(logs.map(({ id, text }) => [id, identities(text)]));

function shareThat(
  holds: (before: readonly Identity[], after: readonly Identity[]) => boolean,
  rough: Rough,
) {
  const held = logs.filter(({ id, text }, n) =>
    holds(plain.get(id) ?? [], identities(rough(text, createRandom(n + 1)))),
  );
  return held.length / logs.length;
}

const same = (before: unknown, after: unknown) => JSON.stringify(before) === JSON.stringify(after);
const keysOf = (readings: readonly Identity[]) =>
  readings.map(({ kind, group, loose }) => [kind, group, loose]);
/** No reading that calls itself whole has a key that the whole text has not. */
const isSafe = (before: readonly Identity[], after: readonly Identity[]) => {
  const groups = new Set(before.map(({ group }) => group));
  return after.every(({ damage, group }) => damage !== null || groups.has(group));
};

describe('what captures do to a log', () => {
  it.each(Object.entries(HARMLESS))('%s: kinds, keys and damage stay', (name, rough) => {
    expect(shareThat(same, rough)).toBeGreaterThanOrEqual(FLOORS[name] ?? 1);
  });

  it.each(Object.entries(LOSSY))('%s: a whole reading has its own keys', (name, rough) => {
    expect(shareThat(isSafe, rough)).toBeGreaterThanOrEqual(SAFE_FLOORS[name] ?? 1);
  });

  it.each(['console dropped, said where', 'journal missed'])('%s: the keys stay', (name) => {
    const rough = LOSSY[name];
    expect(rough && shareThat((a, b) => same(keysOf(a), keysOf(b)), rough)).toBe(1);
  });
});

describe('two CPUs that print at once', () => {
  const single = logs.filter(
    ({ id, text }) =>
      plain.get(id)?.length === 1 && !/\[ *[TC]\d+\]/.test(text) && !text.includes('Linux version'),
  );
  const share = (
    tags: boolean,
    holds: (before: readonly Identity[], after: readonly Identity[]) => boolean,
  ) => {
    const held = single.filter((one, n) => {
      const random = createRandom(n + 1);
      const other = random.pick(single);
      const before = [...(plain.get(one.id) ?? []), ...(plain.get(other.id) ?? [])];
      return holds(before, identities(interleave(one.text, other.text, random, tags)));
    });
    return held.length / single.length;
  };

  it('are told apart by their tags', () => {
    const sorted = (readings: readonly Identity[]) => keysOf(readings).map(String).sort();
    expect(share(true, (a, b) => same(sorted(a), sorted(b)))).toBeGreaterThanOrEqual(TOGETHER.tagged);
  });

  it('without tags are seldom taken for a whole report of another crash', () => {
    expect(share(false, isSafe)).toBeGreaterThanOrEqual(TOGETHER.safe);
  });
});
