import type { DecisionPageView, DecisionView, HistoryPage, MembershipProofView } from '@oopstream/contracts';
import { decideBatch } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { fixtureIncident } from '@oopstream/ports/fakes';
import { randomUUID } from 'node:crypto';
import { openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

describe('decisions of people', () => {
  let bench: ApiBench;
  let admin: string;
  let reader: string;
  beforeEach(async () => {
    bench = await openApiBench();
    admin = await bench.token(['admin']);
    reader = await bench.token(['read']);
    for (const [n, bug] of ['f', 'f', 'g'].entries()) await count(n + 1, bug);
  });
  afterEach(() => bench.app.close());

  async function count(n: number, bug: string): Promise<void> {
    const receipts = [sampleReceipt(n, { readings: [{ bug }] })];
    const options = { nowMs: SAMPLE_START_MS, retentionMs: SAMPLE_START_MS };
    const batch = await bench.incidents.openBatch(receipts, options);
    const { plan } = decideBatch(receipts, batch.state, {
      newId: () => randomUUID(),
      nowMs: SAMPLE_START_MS,
    });
    await batch.commit(plan, { publications: [], deliveries: [] });
  }
  const idsOf = () => [...bench.incidents.rows.crashes.keys()];
  const act = async (path: string, body: object = {}) => {
    const answer = await bench.post(path, body, admin);
    expect(answer.statusCode).toBe(200);
    return answer.json<DecisionView>();
  };

  it('merge, split, pin, unpin and undo answer what was decided, by whom and why', async () => {
    const merge = await act('/v1/incidents/OOPS-1/merge', { into: 'OOPS-2', note: 'same lock' });
    expect(merge).toMatchObject({
      ...{ kind: 'merge', from: 'OOPS-1', to: 'OOPS-2', crashes: 2, groupKeys: ['v1:f'] },
      ...{ actor: 'token:admin', note: 'same lock', at: '2026-11-22T00:00:00.000Z', undoneBy: null },
    });
    const split = await act('/v1/incidents/OOPS-2/split', { groupKeys: ['v1:f', 'v1:f'] });
    expect(split).toMatchObject({ kind: 'split', from: 'OOPS-2', opened: true, crashes: 2 });
    await act(`/v1/decisions/${split.id}/undo`, { note: 'no' });
    await act(`/v1/decisions/${merge.id}/undo`);
    const [id = ''] = idsOf();
    await act(`/v1/crashes/${id}/pin`, { incident: 'OOPS-2' });
    await act(`/v1/crashes/${id}/unpin`);
    await act('/v1/keys/v1%3Af/pin', { incident: 'OOPS-2' });
    await act('/v1/keys/v1%3Af/unpin');
    const { items } = (await bench.get('/v1/decisions', reader)).json<DecisionPageView>();
    expect(items.map((one) => one.kind)).toEqual([
      ...['unpin-key', 'pin-key', 'unpin-crash', 'pin-crash', 'undo', 'undo', 'split', 'merge'],
    ]);
    const first = (await bench.get('/v1/decisions?limit=7', reader)).json<DecisionPageView>();
    const rest = await bench.get(`/v1/decisions?limit=7&cursor=${first.nextCursor ?? ''}`, reader);
    expect(rest.json<DecisionPageView>().items.map((one) => one.kind)).toEqual(['merge']);
  });

  it.each([
    ['/v1/incidents/OOPS-9/merge', { into: 'OOPS-1' }, 404, 'incident-unknown'],
    ['/v1/incidents/OOPS-1/merge', { into: 'OOPS-1' }, 409, 'incident-same'],
    ['/v1/incidents/OOPS-1/merge', {}, 400, 'request-invalid'],
    ['/v1/incidents/OOPS-1/split', {}, 400, 'request-invalid'],
    ['/v1/incidents/OOPS-1/split', { groupKeys: ['v1:f'], crashIds: ['x'] }, 400, 'request-invalid'],
    ['/v1/incidents/OOPS-1/split', { groupKeys: Array(501).fill('k') }, 400, 'request-invalid'],
    ['/v1/incidents/OOPS-1/split', { groupKeys: ['v1:g'] }, 409, 'key-elsewhere'],
    ['/v1/incidents/OOPS-1/split', { groupKeys: ['v1:f'] }, 409, 'nothing-left'],
    ['/v1/incidents/OOPS-1/split', { crashIds: ['x'] }, 404, 'crash-unknown'],
    ['/v1/crashes/x/pin', { incident: 'OOPS-1' }, 404, 'crash-unknown'],
    ['/v1/keys/v1:none/pin', { incident: 'OOPS-1' }, 404, 'key-unknown'],
    ['/v1/keys/v1:f/unpin', {}, 409, 'pin-missing'],
    ['/v1/decisions/x/undo', {}, 404, 'decision-unknown'],
  ])('%s with %p is refused with %i %s', async (path, body, status, reason) => {
    const answer = await bench.post(path, body, admin);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect([answer.statusCode, answer.json<{ reason: string }>().reason]).toEqual([status, reason]);
  });

  it('name the incident that is merged, whichever of the two it is, and where it lives on', async () => {
    await act('/v1/incidents/OOPS-1/merge', { into: 'OOPS-2' });
    bench.queries.addIncident({ ...fixtureIncident(1), mergedInto: 'OOPS-2' });
    for (const [path, body] of [
      ['/v1/incidents/OOPS-1/merge', { into: 'OOPS-2' }],
      ['/v1/incidents/OOPS-2/merge', { into: 'OOPS-1' }],
      ['/v1/incidents/OOPS-1/split', { groupKeys: ['v1:f'] }],
      ['/v1/keys/v1%3Ag/pin', { incident: 'OOPS-1' }],
      [`/v1/crashes/${idsOf()[0] ?? ''}/pin`, { incident: 'OOPS-1' }],
    ] as const)
      expect((await bench.post(path, body, admin)).json()).toMatchObject({
        ...{ reason: 'incident-merged', detail: 'OOPS-1 was merged into OOPS-2' },
        livesOn: { id: 'OOPS-2', href: '/v1/incidents/OOPS-2' },
      });
  });

  it('acts need the scope admin', async () => {
    for (const path of [
      ...['/v1/incidents/OOPS-1/merge', '/v1/incidents/OOPS-1/split', '/v1/crashes/x/pin'],
      ...['/v1/crashes/x/unpin', '/v1/keys/x/pin', '/v1/keys/x/unpin', '/v1/decisions/x/undo'],
    ])
      expect((await bench.post(path, {}, reader)).json()).toMatchObject({ reason: 'scope-missing' });
  });

  it('proves a membership', async () => {
    const [id = ''] = idsOf();
    const merge = await act('/v1/incidents/OOPS-1/merge', { into: 'OOPS-2', note: 'same lock' });
    const proof = (await bench.get(`/v1/crashes/${id}/proof`, reader)).json<MembershipProofView>();
    expect(proof).toMatchObject({
      ...{ crashId: id, incident: 'OOPS-2', rule: 'decided-key', groupKey: 'v1:f' },
      decision: { id: merge.id, actor: 'token:admin', note: 'same lock' },
      memberships: [{ incident: 'OOPS-2', rule: 'merge' }],
    });
    expect((await bench.get('/v1/crashes/x/proof', reader)).json()).toMatchObject({
      reason: 'crash-unknown',
    });
  });

  it('leads questions from a crash that was a copy to the one it is part of, and refuses acts', async () => {
    const gone = randomUUID();
    const [id = ''] = idsOf();
    bench.queries.addAbsorbed('default', gone, id);
    const whereTo = async (answer: ReturnType<typeof bench.get>) => {
      const { statusCode, headers } = await answer;
      return [statusCode, headers['location']];
    };
    for (const suffix of ['', '/proof'])
      expect(await whereTo(bench.get(`/v1/crashes/${gone}${suffix}?x=1`, reader))).toEqual([
        308,
        `/v1/crashes/${id}${suffix}?x=1`,
      ]);
    for (const [path, body] of [
      [`/v1/crashes/${gone}/pin`, { incident: 'OOPS-2' }],
      [`/v1/crashes/${gone}/unpin`, {}],
      ['/v1/incidents/OOPS-1/split', { crashIds: [gone] }],
    ] as const)
      expect((await bench.post(path, body, admin)).json()).toMatchObject({
        ...{ status: 409, reason: 'crash-absorbed', detail: `${gone} is part of ${id}` },
        livesOn: { id, href: `/v1/crashes/${id}` },
      });
    const otherReader = await bench.token(['read'], 'other');
    const elsewhere = await bench.get(`/v1/crashes/${gone}`, otherReader);
    expect(elsewhere.json()).toMatchObject({ reason: 'crash-unknown' });
  });

  it('tells the history of an incident page by page, and follows a merged number', async () => {
    const { id } = [...bench.incidents.rows.incidents.values()][0]!;
    bench.queries.addIncident(fixtureIncident(1, { id }));
    bench.queries.addIncident({ ...fixtureIncident(2), mergedInto: 'OOPS-1' });
    await act('/v1/keys/v1%3Af/pin', { incident: 'OOPS-1' });
    await act('/v1/keys/v1%3Af/unpin', { note: 'let it' });
    const first = (await bench.get('/v1/incidents/OOPS-1/history?limit=1', reader)).json<HistoryPage>();
    expect(first.items).toMatchObject([
      { action: 'incident.key-unpinned', actor: 'token:admin', detail: { note: 'let it' } },
    ]);
    const more = await bench.get(
      `/v1/incidents/OOPS-1/history?limit=1&cursor=${first.nextCursor ?? ''}`,
      reader,
    );
    expect(more.json<HistoryPage>().items).toMatchObject([{ action: 'incident.key-pinned' }]);
    const moved = await bench.get('/v1/incidents/OOPS-2/history?limit=7', reader);
    expect([moved.statusCode, moved.headers.location]).toEqual([308, '/v1/incidents/OOPS-1/history?limit=7']);
    const ofIncident = await bench.get('/v1/decisions?incident=OOPS-1', reader);
    expect(ofIncident.json<DecisionPageView>().items).toHaveLength(2);
    const ofMerged = await bench.get('/v1/decisions?incident=OOPS-2', reader);
    expect(ofMerged.json()).toMatchObject({ reason: 'incident-merged', livesOn: { id: 'OOPS-1' } });
  });
});
