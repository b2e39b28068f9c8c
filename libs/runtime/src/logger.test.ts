import { Writable } from 'node:stream';
import { RetryableError } from '@oopstream/ports';
import { createLogger } from './logger';

/** @returns the lines that `log` leads to. */
function linesOf(log: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  log(createLogger({ service: 'test', level: 'info' }, destination));
  return lines;
}

describe('errors in logs', () => {
  it('say what they are, why, and what caused them', () => {
    const cause = Object.assign(new Error('no route'), { code: 'ENOTFOUND', port: 6379 });
    const error = new RetryableError('jobs-unavailable', 'enqueuing', { cause });
    const [first, second] = linesOf((logger) => {
      logger.warn({ err: error }, 'trouble');
      logger.warn({ err: cause }, 'trouble');
    });
    expect(first).toMatchObject({
      service: 'test',
      level: 'warn',
      err: { type: 'RetryableError', message: 'enqueuing: no route', reason: 'jobs-unavailable' },
    });
    expect(second!['err']).toMatchObject({ code: 'ENOTFOUND', port: 6379 });
  });

  it('carry nothing else that a driver hangs on them: what Redis was sent holds its password', () => {
    const reply = Object.assign(new Error('WRONGPASS'), {
      command: { name: 'auth', args: ['app', 'hunter2'] },
    });
    const nested = Object.assign(new AggregateError([reply], 'all failed'), {
      detail: 'Key (token)=(hunter2)',
    });
    const lines = linesOf((logger) => {
      logger.error({ err: reply }, 'lost');
      logger.error({ err: nested }, 'lost');
      logger.error(reply);
    });
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).toContain('WRONGPASS');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});
