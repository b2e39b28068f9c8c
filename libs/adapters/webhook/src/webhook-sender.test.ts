import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookRequest } from '@oopstream/ports';
import { Webhook } from 'standardwebhooks';
import { webhookConfigSchema } from './config';
import { createWebhookSender } from './webhook-sender';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const ID = '0192e4a0-0000-7000-8000-000000000001';
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

interface Received {
  readonly method: string | undefined;
  readonly headers: Record<string, string>;
  readonly body: string;
}

let server: Server;
let url: string;
let received: Received[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const senders: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  received = [];
  answer = (_, response) => response.writeHead(200).end('thanks');
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ method: request.method, headers, body: Buffer.concat(chunks).toString('utf8') });
      answer(request, response);
    });
  };
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`;
});

afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function sender(settings: Record<string, string> = { allowPrivate: 'true' }) {
  const made = createWebhookSender(webhookConfigSchema.parse(settings), {
    clock: { nowMs: () => Date.UTC(2026, 0, 1) },
    userAgent: 'oopstream/test',
  });
  senders.push(made);
  return made;
}

const request = (more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  url,
  id: ID,
  body: '{"type":"incident.opened","data":{"title":"größer"}}',
  secrets: [SECRET],
  timestampMs: Date.now(),
  traceparent: TRACE,
  ...more,
});

describe('a delivered webhook', () => {
  it('is one POST of the body byte for byte, with the trace and who we are', async () => {
    const result = await sender().send(request());
    expect(result).toEqual({ outcome: 'delivered', status: 200, retryAfterMs: null, detail: 'thanks' });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'POST', body: request().body });
    expect(received[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'oopstream/test',
      'webhook-id': ID,
      traceparent: TRACE,
    });
  });

  it('is accepted by the reference library, with each of several secrets, and by no other', async () => {
    await sender().send(request({ secrets: [SECRET, OTHER_SECRET] }));
    const { headers, body } = received[0]!;
    expect(new Webhook(SECRET).verify(body, headers)).toEqual(JSON.parse(body));
    expect(new Webhook(OTHER_SECRET).verify(body, headers)).toEqual(JSON.parse(body));
    const stranger = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`);
    expect(() => stranger.verify(body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow('No matching signature');
  });

  it('carries HMAC-SHA256 over id, timestamp and body, computed here without that library', async () => {
    const timestampMs = 1_770_000_000_999;
    await sender().send(request({ timestampMs }));
    const { headers, body } = received[0]!;
    const mac = createHmac('sha256', Buffer.alloc(32, 7)).update(`${ID}.1770000000.${body}`).digest('base64');
    expect(headers['webhook-timestamp']).toBe('1770000000');
    expect(headers['webhook-signature']).toBe(`v1,${mac}`);
  });

  it('keeps its id when sent again, with a fresh timestamp and signature', async () => {
    const one = sender();
    await one.send(request({ timestampMs: 1_770_000_000_000 }));
    await one.send(request({ timestampMs: 1_770_000_005_000 }));
    const [first, second] = received.map(({ headers }) => headers);
    expect(second!['webhook-id']).toBe(first!['webhook-id']);
    expect(second!['webhook-timestamp']).toBe('1770000005');
    expect(second!['webhook-signature']).not.toBe(first!['webhook-signature']);
  });

  it('has no traceparent header when there is no trace', async () => {
    await sender().send(request({ traceparent: null }));
    expect(received[0]!.headers).not.toHaveProperty('traceparent');
  });
});

describe('an answer', () => {
  it.each([
    [204, 'delivered'],
    [301, 'http-3xx'],
    [307, 'http-3xx'],
    [400, 'http-4xx'],
    [410, 'http-410'],
    [429, 'http-429'],
    [500, 'http-5xx'],
    [503, 'http-5xx'],
  ] as const)('%i is %s, and no redirect is followed', async (status, outcome) => {
    answer = (_, response) => response.writeHead(status, { location: '/elsewhere' }).end();
    expect(await sender().send(request())).toMatchObject({ outcome, status });
    expect(received).toHaveLength(1);
  });

  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['-5', null],
    ['soon', null],
  ])('may ask by Retry-After: %s to wait %s ms', async (header, retryAfterMs) => {
    answer = (_, response) => response.writeHead(503, { 'retry-after': header }).end();
    expect(await sender().send(request())).toMatchObject({ retryAfterMs });
  });

  it('is kept to 1,000 characters, however much it goes on to send', async () => {
    answer = (_, response) => {
      const flood = () => {
        while (!response.destroyed && response.write('ö'.repeat(10_000)));
      };
      response.writeHead(200).on('drain', flood);
      flood();
    };
    const result = await sender().send(request());
    expect(result.outcome).toBe('delivered');
    expect(result.detail).toBe('ö'.repeat(1_000));
  });

  it('counts as delivered by its status although its body never ends', async () => {
    answer = (_, response) => response.writeHead(200).write('so far');
    const result = await sender({ allowPrivate: 'true', totalTimeoutMs: '200' }).send(request());
    expect(result).toMatchObject({ outcome: 'delivered', status: 200 });
    expect(result.detail).toContain('so far');
  });
});

describe('no answer', () => {
  it('is a timeout after the total time', async () => {
    answer = () => undefined;
    const startedAtMs = Date.now();
    const result = await sender({ allowPrivate: 'true', totalTimeoutMs: '200' }).send(request());
    expect(result).toMatchObject({ outcome: 'timeout', status: null });
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
  });

  it('is a refused connection, a name that is none, a server that breaks off, or one without TLS', async () => {
    const one = sender();
    expect(await one.send(request({ url: 'http://127.0.0.1:1/' }))).toMatchObject({
      outcome: 'connection-refused',
      status: null,
    });
    expect(await one.send(request({ url: 'http://no-such-host.invalid/' }))).toMatchObject({
      outcome: 'dns-failed',
    });
    answer = (incoming) => incoming.socket.destroy();
    expect(await one.send(request())).toMatchObject({ outcome: 'connection-failed' });
    expect(await one.send(request({ url: url.replace('http:', 'https:') }))).toMatchObject({
      outcome: 'tls-failed',
    });
  });
});

describe('what is never sent', () => {
  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]', 'http://2130706433'])(
    'a webhook to %s, unless private addresses are allowed',
    async (origin) => {
      const { port } = new URL(url);
      const result = await sender({}).send(request({ url: `${origin}:${port}/` }));
      expect(result).toMatchObject({ outcome: 'address-forbidden', status: null });
      expect(received).toEqual([]);
    },
  );

  it('one to cloud metadata, also when private addresses are allowed', async () => {
    const result = await sender().send(request({ url: 'http://169.254.169.254/latest/meta-data' }));
    expect(result.outcome).toBe('address-forbidden');
  });

  it.each([[[]], [['whsec_short']], [[SECRET, 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']]])(
    'one with the secrets %j',
    async (secrets) => {
      expect((await sender().send(request({ secrets }))).outcome).toBe('secret-invalid');
      expect(received).toEqual([]);
    },
  );

  it('a body of more than 20,000 bytes', async () => {
    expect((await sender().send(request({ body: 'ö'.repeat(10_000) }))).outcome).toBe('delivered');
    expect((await sender().send(request({ body: `${'ö'.repeat(10_000)}x` }))).outcome).toBe('body-too-large');
    expect(received).toHaveLength(1);
  });
});
