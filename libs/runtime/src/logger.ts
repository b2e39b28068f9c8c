import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino } from 'pino';
import type { DestinationStream, Logger, LoggerOptions } from 'pino';

export type { Logger };

/** What is logged of an error besides type, message and stack: drivers hang commands and rows on theirs, with secrets. */
const ERROR_FIELDS = ['code', 'reason', 'errno', 'syscall', 'address', 'port', 'statusCode'];

/**
 * JSON lines; every line within a span carries its trace id.
 * @param destination default standard output
 */
export function createLogger(
  options: { readonly service: string; readonly level: string },
  destination: DestinationStream = pino.destination(1),
): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    serializers: { err: serializeError },
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const context = trace.getActiveSpan()?.spanContext();
      return context !== undefined && isSpanContextValid(context) ? { traceId: context.traceId } : {};
    },
  };
  return pino(settings, destination);
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, ...others } = pino.stdSerializers.err(error);
  const told = ERROR_FIELDS.filter((name) => ['string', 'number'].includes(typeof others[name]));
  return { type, message, stack, ...Object.fromEntries(told.map((name) => [name, others[name] as unknown])) };
}
