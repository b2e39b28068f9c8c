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
import type { RunningService } from './service';
import { startTelemetry, telemetryConfigSchema } from './telemetry';

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

/** Something opened by `start` that outlives the services and is closed after them. */
export interface Opened {
  close(): Promise<void>;
}

export interface ProcessOptions<Sections extends ConfigSections> {
  readonly name: string;
  readonly sections: Sections;
  /** Opens adapters and starts services. Services are stopped in the order given, then `opened` is closed in reverse. */
  readonly start: (
    config: Config<Sections & typeof ownSections>,
    context: ProcessContext,
  ) => Promise<{ readonly services: readonly RunningService[]; readonly opened: readonly Opened[] }>;
}

/**
 * Runs a service's process from configuration to exit: `--print-config-schema`, one-line configuration errors (exit
 * code 2), telemetry, health and metrics, draining on SIGTERM and SIGINT (exit code 0), exit code 1 when a service fails.
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
    process.exitCode = 1;
    logger.fatal({ err: error }, 'failed');
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
    process.stderr.write(`${name}: ${error.message.replaceAll('\n', `\n${name}: `)}\n`);
    process.exitCode = 2;
    return null;
  }
}

async function runConfigured<Sections extends ConfigSections>(
  options: ProcessOptions<Sections>,
  config: Config<Sections & typeof ownSections>,
): Promise<void> {
  const own = config as Config<typeof ownSections>;
  const logger = createLogger({ service: options.name, level: own.service.logLevel });
  const telemetry = startTelemetry({ service: options.name, config: own.telemetry });
  let services: readonly RunningService[] = [];
  let draining = false;
  const ops = await startOpsServer({
    host: own.service.opsHost,
    port: own.service.opsPort,
    services: () => services,
    draining: () => draining,
    serveMetrics: (request, response) => telemetry.serveMetrics(request, response),
  });
  const asked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
  logger.info({ config: redact(config), opsPort: ops.port }, 'starting');
  let opened: readonly Opened[] = [];
  try {
    const context: ProcessContext = { logger, metrics: telemetry.metrics, clock: systemClock };
    ({ services, opened } = await options.start(config, context));
    logger.info('started');
    const reason = await Promise.race([asked, ...services.map((service) => service.failed)]);
    logger.info({ reason }, 'stopping');
  } catch (error) {
    process.exitCode = 1;
    logger.fatal({ err: error }, 'cannot go on');
  }
  draining = true;
  const deadline = setTimeout(() => {
    logger.fatal({ drainTimeoutMs: own.service.drainTimeoutMs }, 'draining took too long');
    process.exit(1);
  }, own.service.drainTimeoutMs);
  for (const service of services) await service.stop();
  for (const one of [...opened].reverse()) await one.close();
  await telemetry.stop();
  await ops.close();
  clearTimeout(deadline);
  logger.info('stopped');
  // A driver's forgotten timer must not keep a stopped process: one that has nothing left exits before this.
  setTimeout(() => process.exit(), 1000).unref();
}
