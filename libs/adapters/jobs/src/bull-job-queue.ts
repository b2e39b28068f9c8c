import { FatalError, isJobId } from '@oopstream/ports';
import type { JobQueue, NewJob } from '@oopstream/ports';
import type { IQueueBackend, JobsOptions } from 'bullmq';
import type { JobBench, JobData } from './job-bench';
import { within } from './deadline';

/** A handler alone says when a job is done: no count of failures gives it up. Fits PostgreSQL's integer. */
const ATTEMPTS_FOR_EVER = 1_000_000_000;

/** Most aged ids that one enqueue forgets; each finished job forgets more by itself. */
const FORGET_AT_ONCE = 1_000;

export async function openBullQueue<Payload, B extends IQueueBackend, C>(
  bench: JobBench<B, C>,
  name: string,
): Promise<JobQueue<Payload>> {
  const { config, logger } = bench;
  const { connection, gone } = bench.connect('enqueue');
  const queue = new bench.classes.Queue<JobData<Payload>, void>(name, {
    connection,
    prefix: config.prefix,
    defaultJobOptions: jobOptions(bench),
  });
  queue.on('error', (error) => {
    if (queue.closing === undefined) logger.warn({ err: error, queue: name }, 'job queue lost its server');
  });
  const close = async () => {
    try {
      await within(config.timeoutMs, `closing queue ${name}`, async () => {
        await queue.close();
        await gone();
      });
    } catch (error) {
      logger.warn({ err: error, queue: name }, 'job queue leaves its connections');
      await queue.getBackend().close(true);
    }
  };
  try {
    await within(config.timeoutMs, `opening queue ${name}`, () => queue.waitUntilReady());
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async enqueue(jobs) {
      assertIds(jobs);
      if (jobs.length === 0) return;
      await within(config.timeoutMs, `enqueuing into ${name}`, async () => {
        // BullMQ forgets completed ids only as others complete: on a quiet queue they would stay taken for ever.
        await queue.clean(config.keepCompletedMs, FORGET_AT_ONCE, 'completed');
        await queue.addBulk(
          jobs.map((job) => ({
            name,
            data: { payload: job.payload },
            opts: { jobId: job.id, delay: Math.max(0, Math.ceil(job.delayMs)) },
          })),
        );
      });
    },
    async depth() {
      const counts = await within(config.timeoutMs, `counting ${name}`, () =>
        queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active'),
      );
      const count = (state: string) => counts[state] ?? 0;
      return {
        waiting: count('waiting') + count('prioritized'),
        delayed: count('delayed'),
        active: count('active'),
      };
    },
    close,
  };
}

function jobOptions<B extends IQueueBackend, C>({ config }: JobBench<B, C>): JobsOptions {
  return {
    attempts: ATTEMPTS_FOR_EVER,
    backoff: { type: 'fixed', delay: config.backOffMs },
    removeOnComplete: { age: Math.ceil(config.keepCompletedMs / 1_000), count: config.keepCompletedCount },
    // A failed job would keep its id taken, and nobody could enqueue it again.
    removeOnFail: true,
    stackTraceLimit: 1,
  };
}

function assertIds(jobs: readonly NewJob<unknown>[]): void {
  for (const { id } of jobs)
    if (!isJobId(id))
      throw new FatalError('job-id-invalid', `not a job id: ${JSON.stringify(id.slice(0, 250))}`);
}
