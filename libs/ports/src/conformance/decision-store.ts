import { SAMPLE_START_MS } from '@oopstream/core-incident/fakes';
import { act, crash, decided, grouping, reasonOf, settle } from './decision-harness';
import type { DecisionStoreUnderTest, IncidentGlance } from './decision-harness';
import { randomDecisionLaws } from './random-decisions';

const [F, G] = ['v1:f', 'v1:g'];
const ALONE = { groupKeys: [], crashIds: [], into: null };
const T = 'default';

/** The laws of {@link DecisionStore}. `open` gives an empty one. */
export function decisionStoreConformance(name: string, open: () => Promise<DecisionStoreUnderTest>): void {
  describe(`decision store: ${name}`, () => {
    let under: DecisionStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => expect(await under.drift()).toEqual([]));
    mergeLaws(() => under);
    splitLaws(() => under);
    pinLaws(() => under);
    undoLaws(() => under);
    recordLaws(() => under);
    randomDecisionLaws(() => under);
  });
}

/** OOPS-1 of f with two crashes, OOPS-2 of g with one; a fatal one on a host of its own. */
async function twoIncidents(under: DecisionStoreUnderTest): Promise<void> {
  await settle(under, [crash(1, 'f'), crash(2, 'f', { transcript: { hostId: 'b' } }, { fatal: true })]);
  await settle(under, [crash(3, 'g', { transcript: { hostId: 'c' } })]);
}

async function one(under: DecisionStoreUnderTest, number: string): Promise<IncidentGlance> {
  const found = (await under.glance()).find((incident) => incident.number === number);
  if (found === undefined) throw new Error(`${number} is not there`);
  return found;
}

function mergeLaws(get: () => DecisionStoreUnderTest): void {
  it('merges: crashes, counts, hosts and keys are the other one’s, and the number leads there', async () => {
    const under = get();
    await twoIncidents(under);
    const { kind, fromNumber, toNumber, crashes } = await decided(
      under.decisions.merge(T, 'OOPS-1', 'oops-2', act()),
    );
    expect({ kind, fromNumber, toNumber, crashes }).toEqual({
      ...{ kind: 'merge', fromNumber: 'OOPS-1', toNumber: 'OOPS-2', crashes: 2 },
    });
    expect(await one(under, 'OOPS-1')).toMatchObject({ mergedInto: 'OOPS-2', crashes: 0, groupKeys: [] });
    expect(await one(under, 'OOPS-2')).toMatchObject({
      ...{ crashes: 3, fatalCrashes: 1, hosts: 3, groupKeys: [F, G] },
      firstSeenAtMs: SAMPLE_START_MS + 1000,
    });
  });

  it('teaches: later crashes of its keys go where they were merged', async () => {
    const under = get();
    await twoIncidents(under);
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    await settle(under, [crash(4, 'f')]);
    expect(await one(under, 'OOPS-2')).toMatchObject({ crashes: 4 });
    expect(await one(under, 'OOPS-1')).toMatchObject({ crashes: 0 });
  });

  it('merges in chains: every number leads to the last, at once', async () => {
    const under = get();
    await twoIncidents(under);
    await settle(under, [crash(4, 'h')]);
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    await decided(under.decisions.merge(T, 'OOPS-2', 'OOPS-3', act()));
    expect((await under.glance()).map((incident) => incident.mergedInto)).toEqual(['OOPS-3', 'OOPS-3', null]);
    expect(await one(under, 'OOPS-3')).toMatchObject({ crashes: 4 });
  });

  it('leaves status as it is: a merge moves crashes, not opinions', async () => {
    const under = get();
    await twoIncidents(under);
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    expect((await under.glance()).map((incident) => incident.status)).toEqual(['open', 'open']);
  });

  it.each([
    ['of no incident', 'OOPS-9', 'OOPS-1', 'incident-unknown'],
    ['into no incident', 'OOPS-1', 'OOPS-9', 'incident-unknown'],
    ['into what is no number', 'OOPS-1', '1', 'incident-unknown'],
    ['into itself', 'OOPS-1', 'OOPS-1', 'incident-same'],
    ['of a holding incident', 'OOPS-3', 'OOPS-1', 'incident-holding'],
    ['into a holding incident', 'OOPS-1', 'OOPS-3', 'incident-holding'],
  ])('refuses a merge %s', async (_what, from, into, reason) => {
    const under = get();
    await twoIncidents(under);
    await settle(under, [crash(4, 'f', {}, { damage: 'torn' })]);
    const before = await under.glance();
    expect(await reasonOf(under.decisions.merge(T, from, into, act()))).toBe(reason);
    expect(await under.glance()).toEqual(before);
    expect((await under.decisions.listDecisions(T, null, { limit: 9, after: null })).items).toEqual([]);
  });

  it('refuses a merge of what was merged, and knows nothing of another tenant', async () => {
    const under = get();
    await twoIncidents(under);
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    expect(await under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act())).toEqual({
      ...{ kind: 'refused', reason: 'incident-merged', about: 'OOPS-2' },
    });
    expect(await reasonOf(under.decisions.merge('other', 'OOPS-1', 'OOPS-2', act()))).toBe(
      'incident-unknown',
    );
  });
}

function splitLaws(get: () => DecisionStoreUnderTest): void {
  const merged = async (under: DecisionStoreUnderTest): Promise<void> => {
    await twoIncidents(under);
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
  };

  it('splits a key off into a new incident: its crashes, and all later ones', async () => {
    const under = get();
    await merged(under);
    const { toNumber, opened, crashes } = await decided(
      under.decisions.split(T, 'OOPS-2', { ...ALONE, groupKeys: [F] }, act()),
    );
    expect({ opened, crashes }).toEqual({ opened: true, crashes: 2 });
    await settle(under, [crash(5, 'f'), crash(6, 'g')]);
    expect(await one(under, toNumber)).toMatchObject({
      ...{ crashes: 3, fatalCrashes: 1, hosts: 2, status: 'open', groupKeys: [F] },
      title: 'f+16 page_fault from entry_of_f',
    });
    expect(await one(under, 'OOPS-2')).toMatchObject({ crashes: 2, fatalCrashes: 0, groupKeys: [G] });
  });

  it('splits into one that is there', async () => {
    const under = get();
    await merged(under);
    await settle(under, [crash(5, 'h')]);
    await decided(under.decisions.split(T, 'OOPS-2', { ...ALONE, groupKeys: [F], into: 'OOPS-3' }, act()));
    expect(await one(under, 'OOPS-3')).toMatchObject({ crashes: 3, groupKeys: [F, 'v1:h'] });
  });

  it('splits crashes off, which stay where they were put; the key leads where it led', async () => {
    const under = get();
    await twoIncidents(under);
    const [id = ''] = (await one(under, 'OOPS-1')).crashIds;
    const { toNumber } = await decided(
      under.decisions.split(T, 'OOPS-1', { ...ALONE, crashIds: [id] }, act()),
    );
    expect(await one(under, toNumber)).toMatchObject({ crashes: 1, groupKeys: [], crashIds: [id] });
    await settle(under, [crash(5, 'f')]);
    expect(await one(under, 'OOPS-1')).toMatchObject({ crashes: 2 });
    expect(await under.decisions.proofOfCrash(T, id)).toMatchObject({
      ...{ rule: 'pinned', incidentNumber: toNumber },
      decision: { kind: 'split', actor: 'token:ann' },
    });
  });

  it('narrows first and last seen to what is left', async () => {
    const under = get();
    await twoIncidents(under);
    const before = await one(under, 'OOPS-2');
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    await decided(under.decisions.split(T, 'OOPS-2', { ...ALONE, groupKeys: [F] }, act()));
    const { firstSeenAtMs, lastSeenAtMs } = await one(under, 'OOPS-2');
    expect({ firstSeenAtMs, lastSeenAtMs }).toEqual({
      firstSeenAtMs: before.firstSeenAtMs,
      lastSeenAtMs: before.lastSeenAtMs,
    });
  });

  it.each([
    ['a key that never was', { groupKeys: ['v1:never'] }, 'key-unknown'],
    ['a key of another', { groupKeys: [G] }, 'key-elsewhere'],
    ['all that it has', { groupKeys: [F] }, 'nothing-left'],
    ['a crash that never was', { crashIds: ['018f0000-0000-7000-8000-000000000000'] }, 'crash-unknown'],
    ['what is no id', { crashIds: ['x'] }, 'crash-unknown'],
    ['into itself', { groupKeys: [F], into: 'OOPS-1' }, 'incident-same'],
    ['into none', { groupKeys: [F], into: 'OOPS-7' }, 'incident-unknown'],
  ])('refuses to split off %s', async (_what, names, reason) => {
    const under = get();
    await twoIncidents(under);
    const before = await under.glance();
    expect(await reasonOf(under.decisions.split(T, 'OOPS-1', { ...ALONE, ...names }, act()))).toBe(reason);
    expect(await under.glance()).toEqual(before);
  });
}

function pinLaws(get: () => DecisionStoreUnderTest): void {
  it('pins a crash against its key, and unpinning leaves it to the key again', async () => {
    const under = get();
    await twoIncidents(under);
    const [id = '', other = ''] = (await one(under, 'OOPS-1')).crashIds;
    await decided(under.decisions.pinCrash(T, id, 'OOPS-2', act('same host as the other')));
    expect(await one(under, 'OOPS-2')).toMatchObject({ crashes: 2 });
    expect(await reasonOf(under.decisions.pinCrash(T, id, 'OOPS-2', act()))).toBe('pin-same');
    expect(await reasonOf(under.decisions.unpinCrash(T, other, act()))).toBe('pin-missing');
    expect(await under.decisions.proofOfCrash(T, id)).toMatchObject({
      rule: 'pinned',
      decision: { note: 'same host as the other' },
    });
    await decided(under.decisions.unpinCrash(T, id, act()));
    expect(await one(under, 'OOPS-1')).toMatchObject({ crashes: 2 });
    expect(await under.decisions.proofOfCrash(T, id)).toMatchObject({ pinnedBy: null });
  });

  it('a pinned crash stays when its key is split off', async () => {
    const under = get();
    await twoIncidents(under);
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    const [id = ''] = (await one(under, 'OOPS-2')).crashIds;
    await decided(under.decisions.pinCrash(T, id, 'OOPS-2', act()));
    await decided(under.decisions.split(T, 'OOPS-2', { ...ALONE, groupKeys: [F] }, act()));
    expect((await one(under, 'OOPS-2')).crashIds).toContain(id);
  });

  it('a pinned crash stays when a better copy of it comes', async () => {
    const under = get();
    const boot = 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11';
    await settle(under, [crash(1, 'g')]);
    const torn = { damage: 'torn', bootId: boot, fatal: true } as const;
    await settle(under, [crash(2, 'f', { transcript: { hostId: 'b' } }, torn)]);
    const [id = ''] = (await one(under, 'OOPS-2')).crashIds;
    await decided(under.decisions.pinCrash(T, id, 'OOPS-1', act()));
    const sound = { bootId: boot, fatal: true };
    await settle(under, [crash(3, 'f', { transcript: { hostId: 'b' } }, sound)]);
    expect((await one(under, 'OOPS-1')).crashIds).toContain(id);
  });

  it('pins a key: it and its crashes go there; unpinned it stays until a machine knows better', async () => {
    const under = get();
    await twoIncidents(under);
    await decided(under.decisions.pinKey(T, F, 'OOPS-2', act()));
    await settle(under, [crash(5, 'f')]);
    expect(await one(under, 'OOPS-2')).toMatchObject({ crashes: 4, groupKeys: [F, G] });
    expect(await one(under, 'OOPS-1')).toMatchObject({ crashes: 0, mergedInto: null });
    expect(await reasonOf(under.decisions.pinKey(T, F, 'OOPS-2', act()))).toBe('pin-same');
    await decided(under.decisions.unpinKey(T, F, act()));
    expect(await reasonOf(under.decisions.unpinKey(T, F, act()))).toBe('pin-missing');
    expect(await reasonOf(under.decisions.unpinKey(T, 'v1:never', act()))).toBe('key-unknown');
    expect(await one(under, 'OOPS-2')).toMatchObject({ crashes: 4 });
  });
}

function undoLaws(get: () => DecisionStoreUnderTest): void {
  it('undoes a merge: as if it had never been, also for crashes that followed', async () => {
    const under = get();
    await twoIncidents(under);
    const { id } = await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    await settle(under, [crash(4, 'f'), crash(5, 'g')]);
    const undo = await decided(under.decisions.undo(T, id, act()));
    expect(undo).toMatchObject({ kind: 'undo', undoes: id, crashes: 3 });
    expect(await one(under, 'OOPS-1')).toMatchObject({ mergedInto: null, crashes: 3, groupKeys: [F] });
    expect(await one(under, 'OOPS-2')).toMatchObject({ crashes: 2, groupKeys: [G] });
    expect(await reasonOf(under.decisions.undo(T, id, act()))).toBe('decision-undone');
    expect(await reasonOf(under.decisions.undo(T, undo.id, act()))).toBe('decision-final');
    const none = '018f0000-0000-7000-8000-000000000000';
    for (const unknown of [none, 'x']) {
      expect(await reasonOf(under.decisions.undo(T, unknown, act()))).toBe('decision-unknown');
    }
    expect(await reasonOf(under.decisions.undo('other', id, act()))).toBe('decision-unknown');
  });

  it('undoes a split: the number that it opened leads back', async () => {
    const under = get();
    await twoIncidents(under);
    await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    const before = await grouping(under);
    const split = await decided(under.decisions.split(T, 'OOPS-2', { ...ALONE, groupKeys: [F] }, act()));
    await decided(under.decisions.undo(T, split.id, act()));
    expect(await grouping(under)).toEqual(before);
    expect(await one(under, split.toNumber)).toMatchObject({ mergedInto: 'OOPS-2', crashes: 0 });
  });

  it('undoes a merge of a merge one by one, the last first', async () => {
    const under = get();
    await twoIncidents(under);
    await settle(under, [crash(4, 'h')]);
    const before = await under.glance();
    const first = await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    const second = await decided(under.decisions.merge(T, 'OOPS-2', 'OOPS-3', act()));
    expect(await under.decisions.undo(T, first.id, act())).toEqual({
      ...{ kind: 'refused', reason: 'decision-later', about: second.id },
    });
    await decided(under.decisions.undo(T, second.id, act()));
    expect(await one(under, 'OOPS-1')).toMatchObject({ mergedInto: 'OOPS-2' });
    await decided(under.decisions.undo(T, first.id, act()));
    expect(await under.glance()).toEqual(before);
  });

  it('undoes pins', async () => {
    const under = get();
    await twoIncidents(under);
    const before = await under.glance();
    const [id = ''] = (await one(under, 'OOPS-1')).crashIds;
    const pin = await decided(under.decisions.pinCrash(T, id, 'OOPS-2', act()));
    const unpin = await decided(under.decisions.unpinCrash(T, id, act()));
    const key = await decided(under.decisions.pinKey(T, F, 'OOPS-2', act()));
    for (const { id: decision } of [key, unpin, pin]) await decided(under.decisions.undo(T, decision, act()));
    expect(await under.glance()).toEqual(before);
    expect(await under.decisions.proofOfCrash(T, id)).toMatchObject({ pinnedBy: null });
  });

  it('moves what is counted of crashes that retention has dropped, there and back', async () => {
    const under = get();
    await twoIncidents(under);
    const month = Date.UTC(2026, 1, 2);
    await under.retention.dropMonths(month);
    await settle(under, [
      crash(9, 'f', { receivedAtMs: month, transcript: { hostId: 'b' } }, { occurredAtMs: month }),
    ]);
    const counts = async () =>
      (await under.glance()).map(({ crashes, fatalCrashes, hosts }) => [crashes, fatalCrashes, hosts]);
    expect(await counts()).toEqual([
      [3, 1, 2],
      [1, 0, 1],
    ]);
    const { id } = await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    expect(await counts()).toEqual([
      [0, 0, 0],
      [4, 1, 3],
    ]);
    await under.retention.dropMonths(Date.UTC(2026, 2, 2));
    await decided(under.decisions.undo(T, id, act()));
    expect(await counts()).toEqual([
      [3, 1, 2],
      [1, 0, 1],
    ]);
  });
}

function recordLaws(get: () => DecisionStoreUnderTest): void {
  it('keeps who did it, when and why; newest first, page by page, also by incident', async () => {
    const under = get();
    await twoIncidents(under);
    await settle(under, [crash(4, 'h')]);
    const [id = ''] = (await one(under, 'OOPS-1')).crashIds;
    const pin = await decided(under.decisions.pinCrash(T, id, 'OOPS-3', act('why not')));
    const merge = await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    const first = await under.decisions.listDecisions(T, null, { limit: 1, after: null });
    expect(first.items).toEqual([merge]);
    const rest = await under.decisions.listDecisions(T, null, { limit: 5, after: first.next });
    expect(rest).toEqual({ items: [pin], next: null });
    expect(pin).toMatchObject({ actor: 'token:ann', note: 'why not', kind: 'pin-crash' });
    expect((await under.decisions.listDecisions('other', null, { limit: 5, after: null })).items).toEqual([]);
  });

  it('proves a membership by key, by decision, and of nothing nothing', async () => {
    const under = get();
    await twoIncidents(under);
    const [id = ''] = (await one(under, 'OOPS-1')).crashIds;
    expect(await under.decisions.proofOfCrash(T, id)).toMatchObject({
      ...{ rule: 'first-sighting', incidentNumber: 'OOPS-1', key: { groupKey: F, decidedBy: null } },
    });
    const { id: mergeId } = await decided(under.decisions.merge(T, 'OOPS-1', 'OOPS-2', act()));
    expect(await under.decisions.proofOfCrash(T, id)).toMatchObject({
      ...{ rule: 'decided-key', incidentNumber: 'OOPS-2', decision: { id: mergeId } },
      key: { reason: 'merged', decidedBy: { id: mergeId } },
    });
    expect(await under.decisions.proofOfCrash('other', id)).toBeNull();
    expect(await under.decisions.proofOfCrash(T, 'x')).toBeNull();
  });
}
