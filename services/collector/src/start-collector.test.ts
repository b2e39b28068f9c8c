import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { RetryableError } from '@oopstream/ports';
import { until } from '@oopstream/testkit';
import { fastify } from 'fastify';
import { createCollectorBench, post, readAnswer, sendRaw } from './collector-bench';
import type { CollectorBench } from './collector-bench';
import { collectorRoutes } from './collector-routes';

const headOf = (bench: CollectorBench, length: string) =>
  `POST /v1/transcripts?host=a HTTP/1.1\r\nHost: a\r\nAuthorization: ${bench.authorization}\r\n${length}\r\n\r\n`;
const hasBody = (answer: string) => /\r\n\r\n.*}$/s.test(answer);

/** A POST whose body is written by the test. */
async function open(bench: CollectorBench, agent: Agent): Promise<ClientRequest> {
  const { url } = await bench.serve();
  return httpRequest(`${url}/v1/transcripts?host=a`, {
    method: 'POST',
    agent,
    headers: { authorization: bench.authorization, 'transfer-encoding': 'chunked' },
  });
}

function answerOf(request: ClientRequest): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
  });
}

describe('a body that is refused while it comes', () => {
  let bench: CollectorBench;
  afterEach(() => bench.stop());

  it('is answered before the body has come, where Content-Length says too much', async () => {
    bench = createCollectorBench({ maxBodyBytes: '1024' });
    const answer = await sendRaw(bench, headOf(bench, 'Content-Length: 99999999'), hasBody);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*"reason":"body-too-large"/);
  });

  it('is answered at the limit, where it comes in chunks', async () => {
    bench = createCollectorBench({ maxBodyBytes: '1024' });
    const chunk = `401\r\n${'x'.repeat(1025)}\r\n`;
    const answer = await sendRaw(bench, headOf(bench, 'Transfer-Encoding: chunked') + chunk, hasBody);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*"reason":"body-too-large"/);
  });

  it('is drained so far that a sender who writes on sees the answer, and its connection stays', async () => {
    bench = createCollectorBench({ maxBodyBytes: '1024', maxDrainBytes: '4000000' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const sizeBytes of [3_000_000, 3_000_000]) {
      const request = await open(bench, agent);
      const answer = answerOf(request);
      request.end(Buffer.alloc(sizeBytes));
      expect(await answer).toMatchObject({ status: 413 });
    }
    agent.destroy();
  });

  it.each([
    ['bytes', { maxDrainBytes: '1000', drainTimeoutMs: '600000' }],
    ['time', { maxDrainBytes: '100000000', drainTimeoutMs: '50' }],
  ])('is cut off past the drain limit in %s', async (_what, settings) => {
    bench = createCollectorBench({ maxBodyBytes: '1024', ...settings });
    // No end of the answer is waited for: only the server can close the connection.
    const head = headOf(bench, 'Content-Length: 99999999');
    const answer = await sendRaw(bench, head + 'x'.repeat(20_000)).catch(() => 'reset');
    expect(answer === 'reset' || answer.startsWith('HTTP/1.1 413 ')).toBe(true);
  });

  it('request-timeout: that does not come in time', async () => {
    bench = createCollectorBench({ requestTimeoutMs: '50', drainTimeoutMs: '10' });
    const answer = await sendRaw(bench, `${headOf(bench, 'Content-Length: 10')}Oops`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"reason":"request-timeout"/);
  });

  it('request-incomplete: is counted when the sender goes away', async () => {
    bench = createCollectorBench();
    const request = await open(bench, new Agent());
    request.on('error', () => undefined);
    request.write('Oops');
    await until(() => request.socket?.bytesWritten);
    request.destroy();
    await until(() => bench.counts.has('oopstream_collector_requests{refused,request-incomplete}'));
    expect(bench.records()).toEqual([]);
  });
});

describe('stopping', () => {
  it('finishes what it took, is ready no more, and waits for no idle connection', async () => {
    const bench = createCollectorBench();
    const service = await bench.serve();
    const agent = new Agent({ keepAlive: true });
    let confirm: () => void = () => undefined;
    const appended = new Promise<void>((reached) => {
      bench.append = () => {
        reached();
        return new Promise((resolve) => (confirm = resolve));
      };
    });
    const request = await open(bench, agent);
    const answer = answerOf(request);
    request.end('Oops');
    await appended;
    expect(service.health().ready).toBe(true);
    const stopped = service.stop();
    expect(service.health().ready).toBe(false);
    confirm();
    expect(await answer).toMatchObject({ status: 202 });
    await stopped;
    await service.stop();
    await expect(fetch(service.url)).rejects.toThrow();
    agent.destroy();
  });

  it('draining: refuses what is new', async () => {
    const bench = createCollectorBench();
    const app = fastify();
    await app.register(collectorRoutes(bench.deps, { isDraining: () => true }));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const headers = { authorization: bench.authorization };
    const response = await fetch(`${url}/v1/transcripts?host=a`, { method: 'POST', headers, body: 'Oops' });
    const answer = await readAnswer(response);
    expect(answer).toMatchObject({ status: 503, reason: 'draining' });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(bench.counts.get('oopstream_collector_requests{refused,draining}')).toBe(1);
    expect(bench.records()).toEqual([]);
    await app.close();
  });
});

describe('readiness', () => {
  it('goes while the log takes nothing, and comes back with an append or in time', async () => {
    const bench = createCollectorBench({ appendTimeoutMs: '1000' });
    const service = await bench.serve();
    bench.append = () => Promise.reject(new RetryableError('log-unavailable', 'no leader'));
    expect((await post(bench, { payload: 'Oops' })).status).toBe(503);
    expect(service.health()).toMatchObject({
      ready: false,
      checks: { log: { ok: false }, http: { ok: true } },
    });
    bench.append = null;
    expect((await post(bench, { payload: 'Oops' })).status).toBe(202);
    expect(service.health().ready).toBe(true);
    bench.append = () => Promise.reject(new RetryableError('log-unavailable', 'no leader'));
    expect((await post(bench, { payload: 'Oops' })).status).toBe(503);
    bench.clock.advance(10_001);
    expect(service.health().ready).toBe(true);
    await bench.stop();
  });

  it('goes while an append hangs', async () => {
    const bench = createCollectorBench({ appendTimeoutMs: '20' });
    const service = await bench.serve();
    let confirm: () => void = () => undefined;
    bench.append = () => new Promise((resolve) => (confirm = resolve));
    expect((await post(bench, { payload: 'Oops' })).status).toBe(503);
    bench.clock.advance(21);
    expect(service.health().ready).toBe(false);
    confirm();
    await until(() => service.health().ready);
    await bench.stop();
  });
});

describe('memory', () => {
  it('is held until the log lets go of the bytes, also after the answer gave up waiting', async () => {
    const bench = createCollectorBench({ maxMemoryBytes: '1048576', appendTimeoutMs: '10' });
    let confirm: () => void = () => undefined;
    bench.append = () => new Promise((resolve) => (confirm = resolve));
    const payload = Buffer.alloc(800_000, 'x');
    expect((await post(bench, { payload })).reason).toBe('log-unavailable');
    expect((await post(bench, { payload })).reason).toBe('overloaded');
    confirm();
    bench.append = () => Promise.resolve();
    await until(async () => (await post(bench, { payload })).status === 202);
    await bench.stop();
  });

  it('is given back after refusals and acceptances alike', async () => {
    const bench = createCollectorBench({ maxMemoryBytes: '1048576' });
    const payload = Buffer.alloc(800_000, 'x');
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await post(bench, { payload })).status).toBe(202);
      expect((await post(bench, { payload, query: '' })).reason).toBe('host-missing');
    }
    await bench.stop();
  });
});
