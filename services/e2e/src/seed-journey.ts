import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { webhookEndpointSchema } from '@oopstream/contracts';
import { until } from '@oopstream/testkit';
import type { ApiClient } from './api-client';
import { ROOT_DIR } from './root-dir';
import { startWebhookReceiver, verifyWebhook } from './webhook-receiver';

export const SEED = readFileSync(join(ROOT_DIR, 'docs/samples/kmalloc-usb.md'));
export const SEED_TITLE = '__kmalloc+171 stack_segment from usbdev_ioctl';

/** The laws of one crash's way through an instance on which nothing was sent before. */
export function seedJourney(client: () => ApiClient): void {
  it('turns the seed into one incident and one webhook, and a second send into nothing but "seen again"', async () => {
    const receiver = await startWebhookReceiver();
    try {
      const created = await client().admin('POST', '/v1/webhooks', { url: receiver.url, label: 'pager' });
      expect(created.status).toBe(201);
      const { secret } = (await created.json()) as { secret: string };

      const first = await client().send(SEED, 'web-17');
      await client().atRest(1);
      const [incident, ...others] = await client().incidents();
      expect(others).toEqual([]);
      const counts = { crashes: 1, hosts: 1, status: 'open' };
      expect(incident).toMatchObject({ title: SEED_TITLE, ...counts, verdict: 'memory-overwrite' });

      await until(() => receiver.received.length > 0, { timeoutMs: 30_000 });
      const body = verifyWebhook(secret, receiver.received[0]!);
      expect(body).toMatchObject({
        type: 'incident.opened',
        data: { incident: { number: incident!.number, title: SEED_TITLE }, crash: { hostId: 'web-17' } },
      });

      const second = await client().send(SEED, 'web-17');
      expect(second.transcripts.map((one) => one.id)).toEqual(first.transcripts.map((one) => one.id));
      const ledger = await client().atRest(2);
      expect(ledger.transcripts).toEqual({ duplicate: 1, noCrash: 0, rejected: 0, read: 1 });
      expect(await client().incidents()).toEqual([incident]);
      const transcript = await client().get(`/v1/transcripts/${first.transcripts[0]!.id}`);
      expect(await transcript.json()).toMatchObject({ transcript: { seenAgain: 1 } });
      expect(receiver.received).toHaveLength(1);
    } finally {
      await receiver.close();
      await removeWebhooks(client());
    }
  });

  it('gives the bytes back as they came, only to a token that may read raw transcripts', async () => {
    const accepted = await client().send(SEED, 'web-17');
    const path = `/v1/transcripts/${accepted.transcripts[0]!.id}/raw`;
    const raw = await client().get(path);
    expect(Buffer.from(await raw.arrayBuffer()).equals(SEED)).toBe(true);
    const { url, tokens } = client().connection;
    const refused = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${tokens.read}` } });
    expect([refused.status, ((await refused.json()) as { reason: string }).reason]).toEqual([
      403,
      'scope-missing',
    ]);
  });

  it('tells again when a resolved incident recurs', async () => {
    const receiver = await startWebhookReceiver();
    try {
      const created = await client().admin('POST', '/v1/webhooks', { url: receiver.url, label: 'pager' });
      const { secret } = (await created.json()) as { secret: string };
      const [incident] = await client().incidents();
      const resolved = await client().admin('POST', `/v1/incidents/${incident!.number}/resolve`, {
        note: 'fixed',
      });
      expect(resolved.status).toBe(200);
      await client().send(SEED, 'web-18');
      await until(() => receiver.received.length > 0, { timeoutMs: 30_000 });
      expect(verifyWebhook(secret, receiver.received[0]!)).toMatchObject({
        type: 'incident.recurred',
        data: { incident: { number: incident!.number, status: 'open', hosts: 2 } },
      });
    } finally {
      await receiver.close();
      await removeWebhooks(client());
    }
  });
}

async function removeWebhooks(client: ApiClient): Promise<void> {
  const answer = (await (await client.get('/v1/webhooks')).json()) as { items: unknown[] };
  for (const endpoint of answer.items.map((one) => webhookEndpointSchema.parse(one)))
    await client.admin('DELETE', `/v1/webhooks/${endpoint.id}`);
}
