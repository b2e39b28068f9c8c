import { hash } from 'node:crypto';
import type { RawTranscripts, TranscriptPage } from '@oopstream/contracts';
import { FatalError, RetryableError } from '@oopstream/ports';
import {
  FIXTURE_TIME_MS,
  fixtureIncident,
  fixtureTranscript,
  fixtureTranscriptId,
} from '@oopstream/ports/fakes';
import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';
import { apiConfigSchema } from './config';

const HOUR_MS = 3_600_000;

describe('walking the transcripts', () => {
  let bench: ApiBench;
  let reader: string;
  beforeEach(async () => {
    bench = await openApiBench();
    reader = await bench.token(['read']);
  });
  afterEach(() => bench.app.close());
  const list = (query: string) => bench.get(`/v1/transcripts?${query}`, reader);
  const add = (n: number, hour: number) =>
    bench.queries.addTranscript(
      'default',
      fixtureTranscript(n, { processedAtMs: FIXTURE_TIME_MS + hour * HOUR_MS }),
    );
  const idsOf = ({ items }: TranscriptPage) => items.map(({ transcript }) => transcript.id);

  it('answers each with the keys of its readings, crash and incident', async () => {
    bench.queries.addTranscript('default', fixtureTranscript(1000));
    const stored = fixtureIncident(1);
    bench.queries.addIncident(stored);
    const page = (await list('')).json<TranscriptPage>();
    expect(page).toEqual({
      items: [
        {
          transcript: expect.objectContaining({ id: fixtureTranscriptId(1000), outcome: 'read' }) as unknown,
          readings: [
            {
              byteStart: 120,
              algorithmVersion: 1,
              outcome: 'grouped',
              damage: null,
              title: stored.incident.title,
              groupKey: 'v1:0123456789abcdef',
              groupText: 'bad-access __kmalloc',
              crashId: stored.crashes[0]?.crash.id,
              incidentNumber: 'OOPS-1',
            },
          ],
        },
      ],
      nextCursor: null,
    });
  });

  it('goes on behind a cursor within the times asked for', async () => {
    for (const n of [1, 2, 3, 4]) add(n, n);
    const times = 'since=2026-11-20T02:00:00Z&until=2026-11-20T04:00:00Z';
    const first = (await list(`${times}&limit=1`)).json<TranscriptPage>();
    expect(idsOf(first)).toEqual([fixtureTranscriptId(3)]);
    const second = (await list(`${times}&limit=9&cursor=${first.nextCursor ?? ''}`)).json<TranscriptPage>();
    expect([idsOf(second), second.nextCursor]).toEqual([[fixtureTranscriptId(2)], null]);
  });

  it.each([
    ['since=yesterday', 'query-invalid'],
    ['limit=201', 'query-invalid'],
    ['sort=size', 'query-invalid'],
    ['cursor=bm9wZQ', 'cursor-invalid'],
  ])('refuses %s', async (query, reason) => {
    expect((await list(query)).json()).toMatchObject({ status: 400, reason });
  });

  it('refuses the cursor of other times', async () => {
    for (const n of [1, 2]) add(n, n);
    const { nextCursor } = (await list('limit=1')).json<TranscriptPage>();
    const answer = await list(`since=2026-11-20T00:00:00Z&cursor=${nextCursor ?? ''}`);
    expect(answer.json()).toMatchObject({ reason: 'cursor-invalid' });
  });
});

describe('the bytes of several transcripts', () => {
  let bench: ApiBench;
  let raw: string;
  beforeEach(async () => {
    bench = await openApiBench();
    raw = await bench.token(['raw']);
  });
  afterEach(() => bench.app.close());

  const ask = (ids: readonly string[]) => bench.post('/v1/transcripts/raw', { ids }, raw);
  const add = async (n: number, bytes: Buffer, tenant = 'default') => {
    const sha256 = hash('sha256', bytes);
    bench.queries.addTranscript(tenant, fixtureTranscript(n, { sha256, sizeBytes: bytes.length }));
    await bench.blobs.put(`${tenant}/${sha256}`, bytes);
    return fixtureTranscriptId(n);
  };

  it('answers them byte for byte in the order asked for, each once', async () => {
    const one = await add(1, Buffer.from([0, 255, 10, 13]));
    const two = await add(2, Buffer.from('Oops'));
    const { items, missing, leftOut } = (await ask([two, one, two])).json<RawTranscripts>();
    expect(items.map(({ id, base64 }) => [id, Buffer.from(base64, 'base64')])).toEqual([
      [two, Buffer.from('Oops')],
      [one, Buffer.from([0, 255, 10, 13])],
    ]);
    expect([missing, leftOut]).toEqual([[], []]);
  });

  it('leaves one line in the audit that names what was handed out', async () => {
    const one = await add(1, Buffer.from('a'));
    const two = await add(2, Buffer.from('b'));
    await ask([one, two, fixtureTranscriptId(9)]);
    expect(bench.audit).toEqual([
      {
        tenant: 'default',
        atMs: NOW_MS,
        actor: 'token:raw',
        action: 'transcript.raw-read-many',
        subjectKind: 'transcript',
        subjectId: '*',
        detail: { tokenId: expect.any(String) as unknown, ip: '127.0.0.1', transcripts: [one, two] },
      },
    ]);
  });

  it('hands out nothing when the read cannot be put down', async () => {
    const one = await add(1, Buffer.from('Oops'));
    bench.auditFailure = new RetryableError('store-unavailable', 'gone');
    const answer = await ask([one]);
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain(Buffer.from('Oops').toString('base64'));
  });

  it('leaves out what has no room, never the first', async () => {
    const large = await add(1, Buffer.alloc(2000, 'a'));
    const half = await add(2, Buffer.alloc(512, 'b'));
    const other = await add(3, Buffer.alloc(512, 'c'));
    const small = await add(4, Buffer.alloc(1, 'd'));
    const answered = async (ids: readonly string[]) => {
      const { items, leftOut } = (await ask(ids)).json<RawTranscripts>();
      return [items.map(({ id }) => id), leftOut];
    };
    await expect(answered([large, half])).resolves.toEqual([[large], [half]]);
    await expect(answered([half, other, small])).resolves.toEqual([[half, other], [small]]);
  });

  it('keeps 8 MiB to an answer unless told otherwise', () => {
    expect(apiConfigSchema.parse({}).maxRawBytes).toBe(8_388_608);
    expect(apiConfigSchema.parse({ maxRawBytes: '2048' }).maxRawBytes).toBe(2048);
    expect(apiConfigSchema.safeParse({ maxRawBytes: '1' }).success).toBe(false);
  });

  it('says which ones it has no bytes of, and why; another tenant’s are unknown', async () => {
    const foreign = await add(1, Buffer.from('theirs'), 'other');
    const fine = await add(2, Buffer.from('fine'));
    const broken = await add(3, Buffer.from('broken'));
    bench.queries.addTranscript('default', fixtureTranscript(4, { sizeBytes: 4 }));
    const get = bench.blobs.get.bind(bench.blobs);
    bench.blobs.get = (key) =>
      key.endsWith(hash('sha256', 'broken'))
        ? Promise.reject(new FatalError('blob-corrupt', 'a bit fell over'))
        : get(key);
    const answer = (await ask([foreign, fine, broken, fixtureTranscriptId(4)])).json<RawTranscripts>();
    expect(answer.items.map(({ id }) => id)).toEqual([fine]);
    expect(answer.missing).toEqual([
      { id: foreign, reason: 'unknown' },
      { id: broken, reason: 'corrupt' },
      { id: fixtureTranscriptId(4), reason: 'not-stored' },
    ]);
  });

  it.each([[[]], [['x']], [['../../etc/passwd']]])('refuses the ids %j', async (ids) => {
    expect((await ask(ids)).json()).toMatchObject({ status: 400, reason: 'request-invalid' });
  });

  it('refuses more ids than a page has', async () => {
    const large = await openApiBench({ maxBodyBytes: 65_536 });
    const authorization = await large.token(['raw']);
    const ids = Array.from({ length: 201 }, (_, n) => fixtureTranscriptId(n));
    const statuses = [ids, ids.slice(1)].map(async (some) => {
      const answer = await large.post('/v1/transcripts/raw', { ids: some }, authorization);
      return answer.statusCode;
    });
    await expect(Promise.all(statuses)).resolves.toEqual([400, 200]);
    await large.app.close();
  });
});
