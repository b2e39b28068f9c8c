import type { DecisionRow } from '../decision-store';
import { act, crash, grouping, settle } from './decision-harness';
import type { DecisionStoreUnderTest, IncidentGlance } from './decision-harness';

const BUGS = ['f', 'g', 'h', 'i'];
const T = 'default';

/** Numbers that look random and are the same each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

export function randomDecisionLaws(get: () => DecisionStoreUnderTest): void {
  it.each([1, 2, 3, 4, 5, 6])(
    'any acts between batches, run %i: counts are exact at each step',
    async (seed) => {
      const under = get();
      const roll = dice(seed);
      const inForce: DecisionRow[] = [];
      let n = 0;
      for (let step = 0; step < 30; step += 1) {
        if (roll(3) === 0) n = await someCrashes(under, roll, n);
        else await someAct(under, roll, inForce);
        expect(await under.drift()).toEqual([]);
      }
      expect(inForce.length).toBeGreaterThan(0);
    },
  );

  it.each([11, 12, 13, 14])('acts undone, the last first, leave nothing behind: run %i', async (seed) => {
    const under = get();
    const roll = dice(seed);
    const inForce: DecisionRow[] = [];
    await someCrashes(under, roll, await someCrashes(under, roll, 0));
    const before = await grouping(under);
    for (let step = 0; step < 12; step += 1) await someAct(under, roll, inForce);
    expect(inForce.length).toBeGreaterThan(0);
    while (inForce.length > 0) {
      const last = inForce.pop();
      const result = await under.decisions.undo(T, last?.id ?? '', act());
      expect(result.kind).toBe('decided');
    }
    expect(await grouping(under)).toEqual(before);
  });
}

async function someCrashes(
  under: DecisionStoreUnderTest,
  roll: (sides: number) => number,
  n: number,
): Promise<number> {
  const receipts = Array.from({ length: 1 + roll(5) }, (_, index) =>
    crash(
      n + index + 1,
      BUGS[roll(BUGS.length)],
      { transcript: { hostId: `host-${roll(3)}` } },
      { fatal: roll(2) === 0, offset: 16 * roll(3), verdict: [undefined, 'lockup', 'bit-flip'][roll(3)] },
    ),
  );
  await settle(under, receipts);
  return n + receipts.length;
}

/** One act of any kind; those that are refused change nothing. */
async function someAct(
  under: DecisionStoreUnderTest,
  roll: (sides: number) => number,
  inForce: DecisionRow[],
): Promise<void> {
  const incidents = (await under.glance()).filter((one) => one.mergedInto === null);
  const any = <Item>(items: readonly Item[]): Item | undefined => items[roll(items.length)];
  const [from, into] = [any(incidents), any(incidents)];
  if (from === undefined || into === undefined) return;
  const kind = roll(7);
  if (kind === 6) {
    const last = any(inForce);
    if (last === undefined) return;
    const result = await under.decisions.undo(T, last.id, act());
    if (result.kind === 'decided') inForce.splice(inForce.indexOf(last), 1);
    return;
  }
  const result = await decide(under, kind, from, into, any);
  if (result.kind === 'decided') inForce.push(result.decision);
}

function decide(
  { decisions }: DecisionStoreUnderTest,
  kind: number,
  from: IncidentGlance,
  { number: into }: IncidentGlance,
  any: <Item>(items: readonly Item[]) => Item | undefined,
) {
  const [key, id] = [any(from.groupKeys) ?? 'none', any(from.crashIds) ?? 'none'];
  switch (kind) {
    case 0:
      return decisions.merge(T, from.number, into, act());
    case 1:
      return decisions.split(T, from.number, { groupKeys: [key], crashIds: [], into: null }, act());
    case 2:
      return decisions.split(T, from.number, { groupKeys: [], crashIds: [id], into: null }, act());
    case 3:
      return decisions.pinCrash(T, id, into, act());
    case 4:
      return decisions.unpinCrash(T, id, act());
    default:
      return decisions.pinKey(T, key, into, act());
  }
}
