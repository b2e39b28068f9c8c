import { startAlertWorker } from '@oopstream/alert-worker';
import { startApi } from '@oopstream/api';
import { webhookAddressPolicy } from '@oopstream/backends';
import { startCollector } from '@oopstream/collector';
import { startDedup } from '@oopstream/dedup';
import { startFingerprintWorker } from '@oopstream/fingerprint-worker';
import { createAuthenticator } from '@oopstream/runtime';
import type { Open, ProcessContext, RunningService } from '@oopstream/runtime';
import type { Backends, StandaloneSettings } from './backends';

export interface RunningServices {
  /** In the order in which they stop: intake first, so that what was accepted flows on. */
  readonly services: readonly RunningService[];
  readonly url: string;
  readonly ingestUrl: string;
}

/** Starts every service on the same backends. Those that run are stopped again when a later one cannot start. */
export async function startServices(
  config: StandaloneSettings,
  context: ProcessContext,
  backends: Backends,
  open: Open,
): Promise<RunningServices> {
  const started = <T extends RunningService>(service: T): T => {
    open({ close: () => service.stop() });
    return service;
  };
  const { host, port, ingestPort } = config.standalone;
  const { stores, log, blobs, limiter } = backends;
  const authenticator = createAuthenticator({ tokens: stores.tokens, clock: context.clock });
  const refuseWebhookUrl = webhookAddressPolicy(config);
  const api = started(
    await startApi(
      { ...context, ...stores, authenticator, logAdmin: log.admin, blobs, limiter, refuseWebhookUrl },
      { ...config.api, host, port },
    ),
  );
  const url = `http://${host}:${api.port}`;
  const stages = await startStages(config, context, backends, { started, url });
  const collector = started(
    await startCollector({
      ...context,
      config: { ...config.collector, host, port: ingestPort },
      authenticator,
      idempotency: stores.idempotency,
      limiter,
      blobs,
      log: log.writer,
    }),
  );
  return { services: [collector, ...stages, api], url, ingestUrl: collector.url };
}

/** What works behind the door; started from the end of the way, stopped from its beginning. */
async function startStages(
  config: StandaloneSettings,
  context: ProcessContext,
  { stores, log, blobs, disassemble, queue, source, sender }: Backends,
  { started, url }: { readonly started: (service: RunningService) => RunningService; readonly url: string },
): Promise<readonly RunningService[]> {
  const { reader, writer } = log;
  const { deliveries } = stores;
  const alertWorker = started(
    await startAlertWorker({ ...context, config: config.alert, deliveries, queue, source, sender }),
  );
  const dedup = started(
    await startDedup({
      ...context,
      config: { ...config.dedup, consoleUrl: url },
      reader,
      writer,
      stores,
      jobs: queue,
      blobs,
    }),
  );
  const worker = started(
    await startFingerprintWorker({
      ...context,
      config: config.fingerprint,
      reader,
      writer,
      blobs,
      disassemble,
    }),
  );
  return [worker, dedup, alertWorker];
}
