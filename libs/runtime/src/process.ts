import { systemClock } from '@oopstream/ports';
import type { Clock } from '@oopstream/ports';
import { z } from 'zod';
import { ConfigError, describeConfig, loadConfig, redact } from './config';
import type { Config, ConfigSections } from './config';
import { createLogger } from './logger';
import type { Logger } from './logger';
import { noMetrics } from './metrics';
import type { Metrics } from './metrics';
import { startOpsServer } from './ops-server';
import type { OpsServer } from './ops-server';
import { closeAll, startPatiently } from './process-start';
import type { Open, Opened } from './process-start';
import type { RunningService } from './service';
import { startTelemetry, telemetryConfigSchema } from './telemetry';
import type { Telemetry } from './telemetry';

/** Settings that every process has. */
export const serviceConfigSchema = z.object({
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least severe log lines that are written.'),
  opsHost: z.string().default('0.0.0.0').describe('Address that `/healthz/*` and `/metrics` listen on.'),
  opsPort: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(9464)
    .describe('Port of `/healthz/*` and `/metrics`; 0 takes a free one.'),
  startTimeoutMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .default(300_000)
    .describe('Longest wait at start for backing services that are away or not migrated.'),
  drainTimeoutMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(30_000)
    .describe('Time that stopping may take before the process exits regardless.'),
});

const ownSections = { service: serviceConfigSchema, telemetry: telemetryConfigSchema };

/** What a process gives to the parts that it starts. */
export interface ProcessContext {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export interface ProcessOptions<Sections extends ConfigSections> {
  readonly name: string;
  readonly sections: Sections;
  /**
   * Opens adapters, each through `open`, and starts services. Services are stopped in the order given, then what was
   * opened is closed in reverse. Called again, from the beginning, while it throws what may pass.
   */
  readonly start: (
    config: Config<Sections & typeof ownSections>,
    context: ProcessContext,
    open: Open,
  ) => Promise<readonly RunningService[]>;
}

/**
 * Runs a service's process from configuration to exit: `--print-config-schema`, one-line configuration errors (exit
 * code 2), waiting for backing services, telemetry, health and metrics, draining on SIGTERM and SIGINT (exit code 0),
 * exit code 1 when a service fails.
 */
export async function runProcess<Sections extends ConfigSections>(
  options: ProcessOptions<Sections>,
): Promise<void> {
  const config = configure(options.name, { ...options.sections, ...ownSections });
  if (config !== null) await runConfigured(options, config);
}

/** A process that does one thing and ends: configuration and logs as of {@link runProcess}, exit code 1 when it fails. */
export async function runTask<Sections extends ConfigSections>(options: {
  readonly name: string;
  readonly sections: Sections;
  readonly run: (config: Config<Sections & typeof ownSections>, context: ProcessContext) => Promise<void>;
}): Promise<void> {
  const config = configure(options.name, { ...options.sections, ...ownSections });
  if (config === null) return;
  const { logLevel } = (config as Config<typeof ownSections>).service;
  const logger = createLogger({ service: options.name, level: logLevel });
  try {
    await options.run(config, { logger, metrics: noMetrics, clock: systemClock });
    logger.info('done');
  } catch (error) {
    giveUp(options.name, error, () => logger.fatal({ err: error }, 'failed'));
  }
}

/** @returns `null` when there is nothing to run: the schema was asked for, or complaints were printed. */
function configure<Sections extends ConfigSections>(
  name: string,
  sections: Sections,
): Config<Sections> | null {
  if (process.argv.includes('--print-config-schema')) {
    process.stdout.write(`${JSON.stringify(describeConfig(sections), null, 2)}\n`);
    return null;
  }
  try {
    return loadConfig(sections, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    giveUp(name, error, () => undefined);
    return null;
  }
}

/** Sets the exit code; a configuration error is said in one line each thing, anything else as `say` does. */
function giveUp(name: string, error: unknown, say: () => void): void {
  if (!(error instanceof ConfigError)) {
    process.exitCode = 1;
    return say();
  }
  process.exitCode = 2;
  process.stderr.write(`${name}: ${error.message.replaceAll('\n', `\n${name}: `)}\n`);
}

async function runConfigured<Sections extends ConfigSections>(
  options: ProcessOptions<Sections>,
  config: Config<Sections & typeof ownSections>,
): Promise<void> {
  const own = (config as Config<typeof ownSections>).service;
  const logger = createLogger({ service: options.name, level: own.logLevel });
  const telemetry = startTelemetry({
    service: options.name,
    config: (config as Config<typeof ownSections>).telemetry,
  });
  const life: Life = { services: [], draining: false, stop: new AbortController(), opened: [] };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => life.stop.abort(signal));
  try {
    const ops = await openOps(own, telemetry, life);
    life.opened.push({ close: () => ops.close() }, { close: () => telemetry.stop() });
    logger.info({ config: redact(config), opsPort: ops.port }, 'starting');
    const context: ProcessContext = { logger, metrics: telemetry.metrics, clock: systemClock };
    const started = await startPatiently({
      start: (open) => options.start(config, context, open),
      timeoutMs: own.startTimeoutMs,
      stop: life.stop.signal,
      logger,
    });
    life.services = started?.services ?? [];
    life.opened.push(...(started?.opened ?? []));
    if (started !== null) logger.info('started');
    const reason = await Promise.race([
      asked(life.stop.signal),
      ...life.services.map((service) => service.failed),
    ]);
    logger.info({ reason }, 'stopping');
  } catch (error) {
    giveUp(options.name, error, () => logger.fatal({ err: error }, 'cannot go on'));
  }
  await end(life, own.drainTimeoutMs, logger);
}

/** What a process has running and open. */
interface Life {
  services: readonly RunningService[];
  draining: boolean;
  readonly stop: AbortController;
  readonly opened: Opened[];
}

async function openOps(
  { opsHost: host, opsPort: port }: Config<typeof ownSections>['service'],
  telemetry: Telemetry,
  life: Life,
): Promise<OpsServer> {
  try {
    return await startOpsServer({
      host,
      port,
      services: () => life.services,
      draining: () => life.draining,
      serveMetrics: (request, response) => telemetry.serveMetrics(request, response),
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`OOPSTREAM_SERVICE_OPS_PORT: ${why}`);
  }
}

function asked(stop: AbortSignal): Promise<unknown> {
  if (stop.aborted) return Promise.resolve(stop.reason);
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(stop.reason), { once: true }));
}

/** Stops services in their order, then closes the rest; trouble with one does not keep the others from it. */
async function end(life: Life, drainTimeoutMs: number, logger: Logger): Promise<void> {
  life.draining = true;
  const deadline = setTimeout(() => {
    logger.fatal({ drainTimeoutMs }, 'draining took too long');
    process.exit(1);
  }, drainTimeoutMs);
  const stops = life.services.map((service) => ({ close: () => service.stop() }));
  const drained = await closeAll(stops.reverse(), logger);
  await closeAll(life.opened, logger);
  if (!drained) process.exitCode ??= 1;
  clearTimeout(deadline);
  logger.info('stopped');
  // A driver's forgotten timer must not keep a stopped process: one that has nothing left exits before this.
  setTimeout(() => process.exit(), 1000).unref();
}
