import { eraseFleet, FLEET_SERVICES, startLocalFleet } from '@oopstream/local-fleet';
import type { LocalFleet } from '@oopstream/local-fleet';
import { until } from '@oopstream/testkit';
import { createApiClient } from './api-client';
import { startOtlpReceiver } from './otlp-receiver';
import { ROOT_DIR } from './root-dir';
import { SEED } from './seed-journey';
import { temporaryDir } from './temporary-dir';
import { startWebhookReceiver } from './webhook-receiver';

jest.setTimeout(120_000);

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('one trace', () => {
  let fleet: LocalFleet;
  let otlp: Awaited<ReturnType<typeof startOtlpReceiver>>;

  beforeAll(async () => {
    otlp = await startOtlpReceiver();
    const settings = { OOPSTREAM_TELEMETRY_OTLP_ENDPOINT: otlp.url };
    const env = Object.fromEntries(FLEET_SERVICES.map((service) => [service, settings]));
    fleet = await startLocalFleet({
      name: 'trace',
      rootDir: ROOT_DIR,
      dir: temporaryDir('trace'),
      fsync: false,
      env,
    });
  });
  afterAll(async () => {
    await fleet.stop();
    eraseFleet(fleet);
    await otlp.close();
  });

  it('goes from the POST through every stage into the header of the webhook', async () => {
    const client = createApiClient(fleet.connection);
    const receiver = await startWebhookReceiver();
    try {
      await client.admin('POST', '/v1/webhooks', { url: receiver.url, label: 'pager' });
      await client.post(SEED, '?host=web-17', { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` });
      await until(() => receiver.received.length > 0, { timeoutMs: 30_000 });
      expect(receiver.received[0]!.headers['traceparent']).toContain(TRACE_ID);
      // By id where a span belongs to this crash alone, by link where it is a batch's.
      const followed = () =>
        otlp.spans
          .filter((span) => span.traceId === TRACE_ID || span.links.some((link) => link.traceId === TRACE_ID))
          .map((span) => span.service);
      const stages = ['collector', 'fingerprint-worker', 'dedup', 'alert-worker'];
      await until(() => stages.every((stage) => followed().includes(stage)), {
        timeoutMs: 20_000,
        what: 'a span of each stage that belongs or links to the trace',
      });
    } finally {
      await receiver.close();
    }
  });
});
