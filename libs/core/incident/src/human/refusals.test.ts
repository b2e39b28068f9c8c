import { newLife } from '../life/incident-life';
import type { IncidentState } from '../dedup-state';
import type { KeyRefusal, Standing, StandingKey } from './decision';
import { planMerge } from './plan-merge';
import { planSplitKeys } from './plan-split';
import { planUndo } from './plan-undo';

const act = { id: 'new', atMs: 5, actor: 'token:ann', note: null, traceparent: null };

function standing(id: string): Standing {
  const incident: IncidentState = {
    ...{ id, tenant: 'default', number: id.charCodeAt(0), status: 'open', holding: false },
    ...{ title: id, kind: 'k', family: 'f', blamed: null, entry: null, module: null },
    ...{ firstSeenAtMs: 0, lastSeenAtMs: 0, openedAtMs: 0, openedByCrash: 'c', openedTraceparent: null },
    ...{ resolvedAtMs: null, resolvedBy: null, resolvedIn: null, recurrences: 0 },
    ...{ crashes: 1, fatalCrashes: 0, hosts: 1, releases: [], groupKeys: [] },
    ...newLife(0),
  };
  return { incident, mergedInto: null };
}

const key = (groupKey: string, incidentId: string): StandingKey => ({
  ...{ groupKey, incidentId, groupText: null, reason: 'first-sighting', decidedBy: null },
});
const refusal = (groupKey: string, incidentId: string, decisionId = 'old'): KeyRefusal => ({
  ...{ groupKey, incidentId, decisionId },
});

describe('what was split off', () => {
  const [a, b] = [standing('a'), standing('b')];
  const merge = (refusals: readonly KeyRefusal[]) =>
    planMerge(
      { from: a, into: b, keys: [key('ka', 'a')], intoKeys: [key('kb', 'b')], aliases: ['z'], refusals },
      act,
    );

  it('is refused by the survivor of a merge too, once', () => {
    const plan = merge([refusal('x', 'a'), refusal('y', 'a'), refusal('y', 'b')]);
    expect(plan).toMatchObject({ refuse: [refusal('x', 'b', 'new')], lift: [] });
  });

  it('is together again with what it is merged into', () => {
    expect(merge([refusal('ka', 'b')])).toMatchObject({ refuse: [], lift: [refusal('ka', 'b')] });
    expect(merge([refusal('kb', 'a')])).toMatchObject({ refuse: [], lift: [] });
  });

  it('never joins where it was split off; what it is split into takes it', () => {
    const plan = planSplitKeys(
      {
        ...{ from: a, target: { kind: 'named', into: b }, keys: [key('ka', 'a')], keysOfFrom: 2 },
        refusals: [refusal('ka', 'b')],
      },
      ['ka'],
      act,
    );
    expect(plan).toMatchObject({ refuse: [refusal('ka', 'a', 'new')], lift: [refusal('ka', 'b')] });
  });

  it('is refused as before when the decision is undone', () => {
    const plan = planUndo(
      {
        decision: {
          ...{ id: 'old', tenant: 'default', kind: 'split', actor: 'token:ann', atMs: 1, note: null },
          ...{ fromIncidentId: 'a', toIncidentId: 'b', opened: false, aliases: [] },
          ...{ undoes: null, undoneBy: null },
        },
        ...{ from: a, to: b, keys: [], laterDecision: null },
        refused: [refusal('ka', 'a')],
        lifted: [refusal('ka', 'b', 'older')],
      },
      act,
    );
    expect(plan).toMatchObject({ lift: [refusal('ka', 'a')], refuse: [refusal('ka', 'b', 'older')] });
  });

  it('leads every alias of the merged one to the survivor', () => {
    expect(merge([])).toMatchObject({
      aliases: [
        { incidentId: 'a', into: 'b' },
        { incidentId: 'z', into: 'b' },
      ],
    });
  });
});
