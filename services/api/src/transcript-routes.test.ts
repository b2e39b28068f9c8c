import { hash } from 'node:crypto';
import { RetryableError } from '@oopstream/ports';
import type { CrashDetail, TranscriptDetail } from '@oopstream/contracts';
import { fixtureIncident, fixtureReading, fixtureTranscript } from '@oopstream/ports/fakes';
import { NOW_MS, openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const BYTES = Buffer.from('Oops: 0000 \xff\x00 <script>alert(1)</script>\r\n', 'latin1');

describe('transcripts and crashes', () => {
  let bench: ApiBench;
  let reader: string;
  let raw: string;
  const transcript = fixtureTranscript(1000, { sha256: hash('sha256', BYTES) });
  beforeEach(async () => {
    bench = await openApiBench();
    reader = await bench.token(['read']);
    raw = await bench.token(['raw']);
    bench.queries.addTranscript('default', transcript);
    bench.queries.addIncident(fixtureIncident(1));
  });
  afterEach(() => bench.app.close());
  const readRaw = () => bench.get(`/v1/transcripts/${transcript.id}/raw`, raw);
  const store = () => bench.blobs.put(`default/${transcript.sha256}`, BYTES);

  it('answers what is known of a transcript', async () => {
    const detail = (await bench.get(`/v1/transcripts/${transcript.id}`, reader)).json<TranscriptDetail>();
    expect(detail).toMatchObject({
      transcript: { id: transcript.id, source: 'vmcore-dmesg', fileName: 'vmcore-dmesg.txt', seenAgain: 0 },
      context: { host: 'web-1' },
      crashes: [{ incidentNumber: 'OOPS-1' }],
    });
  });

  it('answers a crash with its readings and transcripts', async () => {
    const crash = fixtureIncident(1).crashes[0]?.crash;
    const detail = (await bench.get(`/v1/crashes/${crash?.id ?? ''}`, reader)).json<CrashDetail>();
    expect(detail).toMatchObject({
      crash: {
        id: crash?.id,
        fatal: true,
        verdict: { class: 'memory-overwrite', confidence: 'likely' },
        hardwareLikelihood: 0.125,
      },
      releaseParts: { base: [6, 1, 0], distribution: 'debian', build: [18], arch: 'amd64', flavour: null },
      readings: [
        {
          transcriptId: transcript.id,
          primary: true,
          reading: { frames: [{ function: 'usbdev_ioctl' }] },
          analysis: {
            verdict: { class: 'memory-overwrite', flags: ['shared-victim'] },
            findings: [{ kind: 'value', evidence: [{ span: { start: 120, end: 4096 }, note: 'RBP' }] }],
          },
        },
      ],
      transcripts: [{ id: transcript.id }],
    });
  });

  it('leaves out of a reading what this version does not know: a newer writer is no trouble', async () => {
    const { crashes, ...incident } = fixtureIncident(2);
    const { crash } = crashes[0] ?? { crash: null };
    if (crash === null) throw new Error('the fixture has a crash');
    const reading = fixtureReading(crash, transcript.id);
    const newer = { ...(reading.reading as object), fromTheFuture: 1 };
    bench.queries.addIncident({
      ...incident,
      crashes: [{ crash, readings: [{ ...reading, reading: newer }] }],
    });
    const answer = await bench.get(`/v1/crashes/${crash.id}`, reader);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('fromTheFuture');
  });

  it('answers a crash that nobody analysed, of a release that is none', async () => {
    const { crashes, ...incident } = fixtureIncident(2);
    const { crash } = crashes[0] ?? { crash: null };
    if (crash === null) throw new Error('the fixture has a crash');
    const plain = { ...crash, verdict: null, hardwareLikelihood: null, kernelRelease: 'mine' };
    const readings = [fixtureReading(crash, transcript.id, { analysis: null })];
    bench.queries.addIncident({ ...incident, crashes: [{ crash: plain, readings }] });
    const detail = (await bench.get(`/v1/crashes/${crash.id}`, reader)).json<CrashDetail>();
    expect(detail).toMatchObject({
      crash: { verdict: null, hardwareLikelihood: null },
      releaseParts: null,
      readings: [{ analysis: null }],
    });
  });

  it('hands out the bytes as they came, as text that no browser runs', async () => {
    await store();
    const answer = await readRaw();
    expect(answer.rawPayload).toEqual(BYTES);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it('leaves a line in the audit for each read: who, with what, from where', async () => {
    await store();
    await readRaw();
    await readRaw();
    expect(bench.audit).toHaveLength(2);
    expect(bench.audit[0]).toEqual({
      tenant: 'default',
      atMs: NOW_MS,
      actor: 'token:raw',
      action: 'transcript.raw-read',
      subjectKind: 'transcript',
      subjectId: transcript.id,
      detail: { tokenId: expect.any(String), ip: '127.0.0.1' },
    });
  });

  it('hands out nothing when the read cannot be put down', async () => {
    await store();
    bench.auditFailure = new RetryableError('store-unavailable', 'gone');
    const answer = await readRaw();
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('Oops');
  });

  it('says that the bytes are gone when they are', async () => {
    const answer = await readRaw();
    expect(answer.json()).toMatchObject({ status: 410, reason: 'transcript-expired' });
    expect(bench.audit).toEqual([]);
  });

  it('says that a storm sampled them away, also while they still lie there', async () => {
    const sampled = { ...transcript, id: '5'.repeat(32), bodySampledAway: 'storm' };
    await store();
    bench.queries.addTranscript('default', sampled);
    const answer = await bench.get(`/v1/transcripts/${sampled.id}/raw`, raw);
    expect(answer.json()).toMatchObject({
      status: 410,
      reason: 'sampled-away',
      detail: 'sampled away: storm; what was read in it is kept',
    });
    expect(bench.audit).toEqual([]);
    const seen = await bench.get(`/v1/transcripts/${sampled.id}`, await bench.token(['read']));
    expect(seen.json()).toMatchObject({ transcript: { bodySampledAway: 'storm' } });
  });

  it('has no raw transcript for HEAD: nothing is read that the audit does not see', async () => {
    await store();
    const url = `/v1/transcripts/${transcript.id}/raw`;
    const answer = await bench.app.inject({ method: 'HEAD', url, headers: { authorization: raw } });
    expect(answer.statusCode).toBe(405);
    expect(bench.audit).toEqual([]);
  });
});
