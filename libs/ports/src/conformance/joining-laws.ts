import { DEFAULT_JOINING, decideBatch, transition } from '@oopstream/core-incident';
import type { DedupPlan, JoiningSettings, Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReading, SampleReceipt } from '@oopstream/core-incident/fakes';
import type { BatchOptions } from '../incident-store';
import type { IncidentStoreUnderTest } from './incident-store';

const DAY_MS = 86_400_000;
const NOW_MS = SAMPLE_START_MS + 40 * DAY_MS;
const [OLD, NEW] = ['6.1.0-18-amd64', '6.1.0-47-amd64'];

type Crash = Partial<SampleReading> & Pick<SampleReceipt, 'tenant'>;

/** Crash `n`: `stack` innermost first, its first function to blame. */
function crash(n: number, stack: string, { tenant = 'default', ...more }: Crash = {}): Receipt {
  const [bug = '', ...callers] = stack.split(' ');
  const transcript = { hostId: `host-${n}` };
  return sampleReceipt(n, { tenant, transcript, readings: [{ bug, callers, kernelRelease: OLD, ...more }] });
}

const DEEP = 'frob_find frob_get frob_fault frob_map';
const SHALLOW = 'frob_get frob_fault frob_map';

/** Like {@link crash}, of a NULL pointer that was asked for a member. */
function atMember(n: number, stack: string, offset: string, kernelRelease = OLD): Receipt {
  const receipt = crash(n, stack, { kernelRelease });
  if (receipt.content.kind !== 'read') return receipt;
  const headline = `BUG: kernel NULL pointer dereference, address: ${offset.padStart(16, '0')}`;
  const readings = receipt.content.readings.map((one) => ({
    ...one,
    reading: { ...one.reading, kind: 'null-ptr-deref', headline },
  }));
  return { ...receipt, content: { ...receipt.content, readings } };
}

/** The laws of joining by similarity; `under` gives the store of the running test. */
export function joiningLaws(under: () => IncidentStoreUnderTest): void {
  const settle = async (
    receipts: readonly Receipt[],
    joining: JoiningSettings = DEFAULT_JOINING,
    options: Partial<BatchOptions> = {},
  ): Promise<DedupPlan> => {
    const opening = { nowMs: NOW_MS, retentionMs: 400 * DAY_MS, ...options };
    const batch = await under().incidents.openBatch(receipts, opening);
    try {
      const deps = { newId: () => under().newId(), nowMs: NOW_MS, joining };
      const { plan } = decideBatch(receipts, batch.state, deps);
      await batch.commit(plan, { publications: [], deliveries: [] });
      return plan;
    } finally {
      await batch.release();
    }
  };
  const keysOf = async (): Promise<string[]> =>
    (await under().listIncidents()).map(({ groupKeys }) => [...groupKeys].sort().join());
  const model = async () => {
    const batch = await under().incidents.openBatch([crash(99, SHALLOW)], {
      nowMs: NOW_MS,
      retentionMs: 400 * DAY_MS,
    });
    await batch.release();
    return batch.state.joining.models[0];
  };

  it.each([
    [DEEP, SHALLOW],
    [SHALLOW, DEEP],
  ])('joins a key to the incident that it is like, and says why: %s, %s', async (first, second) => {
    await settle([crash(1, first)]);
    const plan = await settle([crash(2, second, { kernelRelease: NEW })]);
    expect(await under().listIncidents()).toMatchObject([{ crashes: 2, hosts: 2, status: 'open' }]);
    expect(await keysOf()).toEqual(['v1:frob_find,v1:frob_get']);
    expect(plan.keys).toMatchObject([{ reason: 'similar' }]);
    const [link] = plan.links;
    expect(link).toMatchObject({ reason: 'similar' });
    expect(link?.detail['similarity']).toMatchObject({
      comparedKey: `v1:${first.split(' ')[0]}`,
      relation: 'inlined',
      missing: ['frob_find'],
      matched: [{ function: 'frob_get' }, { function: 'frob_fault' }, { function: 'frob_map' }],
      modelVersion: 0,
    });
    expect(plan.audit).toMatchObject([{ action: 'incident.joined' }]);
    await settle([crash(3, second, { kernelRelease: NEW })]);
    expect(await under().listIncidents()).toMatchObject([{ crashes: 3 }]);
  });

  it('joins keys of one batch, whichever of them comes first', async () => {
    await settle([crash(1, SHALLOW), crash(2, DEEP, { kernelRelease: NEW }), crash(3, 'other_f frob_map')]);
    expect((await keysOf()).sort()).toEqual(['v1:frob_find,v1:frob_get', 'v1:other_f']);
  });

  it('opens an incident for another culprit, for one of the same build, and for what is missing from two bugs', async () => {
    await settle([crash(1, DEEP)]);
    await settle([crash(2, 'frob_put frob_get frob_fault frob_map')]);
    await settle([crash(3, SHALLOW)]);
    expect(await under().listIncidents()).toHaveLength(3);
    await settle([crash(4, 'frob_b frob_x frob_y', { kernelRelease: OLD })]);
    await settle([crash(5, 'frob_c frob_x frob_y', { kernelRelease: OLD })]);
    await settle([crash(6, 'frob_x frob_y', { kernelRelease: NEW })]);
    expect(await under().listIncidents()).toHaveLength(6);
  });

  it('never joins a second bug to one that the first was found missing in', async () => {
    await settle([crash(1, SHALLOW)]);
    await settle([crash(2, DEEP, { kernelRelease: NEW })]);
    await settle([crash(3, 'frob_put frob_get frob_fault frob_map', { kernelRelease: NEW })]);
    expect(await keysOf()).toEqual(['v1:frob_find,v1:frob_get', 'v1:frob_put']);
  });

  it('joins neither across tenants nor what is damaged, nor when it is off or has no candidates', async () => {
    await settle([crash(1, DEEP)]);
    const joining = [
      [crash(2, SHALLOW, { tenant: 'other', kernelRelease: NEW }), DEFAULT_JOINING, {}],
      [crash(3, SHALLOW, { damage: 'torn', kernelRelease: NEW }), DEFAULT_JOINING, {}],
      [crash(4, SHALLOW, { kernelRelease: NEW }), DEFAULT_JOINING, { joinCandidates: 0 }],
    ] as const;
    for (const [receipt, settings, options] of joining) await settle([receipt], settings, options);
    expect(await under().listIncidents()).toHaveLength(4);
    await settle([crash(5, 'frob_b frob_c frob_d')]);
    await settle([crash(6, 'frob_c frob_d', { kernelRelease: NEW })], { ...DEFAULT_JOINING, above: null });
    await settle([crash(7, 'frob_d', { kernelRelease: NEW })], { ...DEFAULT_JOINING, above: 0.99 });
    expect(await under().listIncidents()).toHaveLength(7);
  });

  it('keeps a few shapes of a key, and joins by any of them', async () => {
    const settings = { ...DEFAULT_JOINING, stacksPerKey: 2 };
    const shapes = ['frob_find frob_read', 'frob_find frob_get frob_map', 'frob_find frob_poll'];
    const learnt = [];
    for (const [n, shape] of shapes.entries())
      learnt.push((await settle([crash(n, shape)], settings)).stacks.length);
    learnt.push((await settle([crash(4, shapes[0]!)], settings)).stacks.length);
    expect(learnt).toEqual([1, 1, 0, 0]);
    await settle([crash(5, 'frob_get frob_map', { kernelRelease: NEW })], settings);
    await settle([crash(6, 'frob_poll', { kernelRelease: NEW })], settings);
    expect(await keysOf()).toEqual(['v1:frob_find,v1:frob_get', 'v1:frob_poll']);
  });

  /** Resolves the incident with the next crash of its, as of a time. */
  const resolve = async (receipt: Receipt, atMs: number): Promise<void> => {
    const opening = { nowMs: NOW_MS, retentionMs: 400 * DAY_MS };
    const batch = await under().incidents.openBatch([receipt], opening);
    try {
      const { plan } = decideBatch([receipt], batch.state, { newId: () => under().newId(), nowMs: NOW_MS });
      const incidents = plan.incidents.map((incident) => {
        const result = transition(incident, { kind: 'resolve', atMs, by: 'token:ann', release: null });
        return result.kind === 'changed' ? result.incident : incident;
      });
      await batch.commit({ ...plan, incidents }, { publications: [], deliveries: [] });
    } finally {
      await batch.release();
    }
  };

  it('joins a resolved incident: a crash from after that brings it back, an earlier one is expected', async () => {
    await settle([crash(1, DEEP)]);
    await resolve(crash(2, DEEP), SAMPLE_START_MS + DAY_MS);
    const plan = await settle([crash(3, SHALLOW, { kernelRelease: NEW })]);
    expect(plan.keys).toMatchObject([{ reason: 'similar' }]);
    expect(await under().listIncidents()).toMatchObject([{ crashes: 3, status: 'resolved', recurrences: 0 }]);

    await settle([crash(4, 'frob_b frob_c frob_d')]);
    await resolve(crash(5, 'frob_b frob_c frob_d'), SAMPLE_START_MS);
    await settle([crash(6, 'frob_c frob_d', { kernelRelease: NEW })]);
    expect((await under().listIncidents())[1]).toMatchObject({ crashes: 3, status: 'open', recurrences: 1 });
  });

  it('weighs a resolved incident against an open one: between two that are near, it is neither', async () => {
    await settle([crash(1, DEEP), crash(2, 'frob_put frob_get frob_fault frob_map')]);
    await resolve(crash(3, DEEP), SAMPLE_START_MS + DAY_MS);
    await settle([crash(4, SHALLOW, { kernelRelease: NEW })]);
    expect((await under().listIncidents()).map(({ status, crashes }) => [status, crashes])).toEqual([
      ['resolved', 2],
      ['open', 1],
      ['open', 1],
    ]);
  });

  it('joins the one of two that are near which crashed at that place, and says where', async () => {
    await settle([atMember(1, DEEP, '40'), atMember(2, 'frob_put frob_get frob_fault frob_map', 'd0')]);
    const plan = await settle([atMember(3, SHALLOW, 'd0', NEW)]);
    expect(plan.links[0]?.detail['similarity']).toMatchObject({
      comparedKey: 'v1:frob_put',
      site: 'NULL+0xd0',
    });
    expect(await keysOf()).toEqual(['v1:frob_find', 'v1:frob_get,v1:frob_put']);
  });

  it('counts functions by key, again once a tenth more keys came', async () => {
    const { frameModels } = under();
    expect(await frameModels.recount(NOW_MS)).toBe(0);
    await settle([crash(1, DEEP), crash(2, 'other_f frob_get frob_map'), crash(3, 'third_f')]);
    expect(await frameModels.recount(NOW_MS)).toBe(1);
    expect(await model()).toMatchObject({ version: 1, keys: 3, keysWith: { frob_get: 2, frob_map: 2 } });
    expect(await frameModels.recount(NOW_MS)).toBe(0);
    await settle([crash(4, 'fourth_f frob_map'), crash(5, 'fifth_f')]);
    expect(await frameModels.recount(NOW_MS)).toBe(1);
    expect(await model()).toMatchObject({ version: 2, keys: 5, keysWith: { frob_map: 3 } });
  });

  it('lets parallel batches of keys that are alike make one incident', async () => {
    await Promise.all([
      settle([crash(1, DEEP)]),
      settle([crash(2, SHALLOW, { kernelRelease: NEW })]),
      settle([crash(3, DEEP)]),
      settle([crash(4, SHALLOW, { kernelRelease: NEW })]),
    ]);
    expect(await under().listIncidents()).toMatchObject([{ crashes: 4 }]);
  });
}
