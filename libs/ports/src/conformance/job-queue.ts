import type { JobQueue, JobResult, JobSource, JobWorker } from '../job-queue';
import { until } from './until';

export interface TestPayload {
  readonly n: number;
  readonly text: string;
}

export interface JobsUnderTest {
  readonly queue: JobQueue<TestPayload>;
  readonly source: JobSource<TestPayload>;
  /** Takes the next waiting job as a worker does whose process then dies. Resolves when the job is held by the dead. */
  takeAndDie(): Promise<void>;
  /** Closes what it opened, but not {@link queue}. */
  close(): Promise<void>;
}

/** Short enough to see an id come free again, long enough to enqueue it once more before. */
export const KEEP_COMPLETED_MS = 1_000;
const DONE: JobResult = { done: true };

interface Bench {
  readonly jobs: () => JobsUnderTest;
  readonly work: (
    concurrency: number,
    onJob: (job: { id: string; payload: TestPayload }, signal: AbortSignal) => Promise<JobResult>,
  ) => Promise<JobWorker>;
}

/**
 * The laws of {@link JobQueue} and {@link JobSource}. `open` gives an empty queue of its own each time, which keeps
 * completed ids for {@link KEEP_COMPLETED_MS}, backs off for less than 2 s after a throw and notices a dead worker
 * within 10 s.
 */
export function jobQueueConformance(name: string, open: () => Promise<JobsUnderTest>): void {
  describe(`job queue: ${name}`, () => {
    let jobs: JobsUnderTest;
    let workers: JobWorker[];
    beforeEach(async () => {
      workers = [];
      jobs = await open();
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await jobs.queue.close();
      await jobs.close();
    });
    const bench: Bench = {
      jobs: () => jobs,
      work: async (concurrency, onJob) => {
        const worker = await jobs.source.work({ concurrency, onJob });
        workers.push(worker);
        return worker;
      },
    };
    runLaws(bench);
    idLaws(bench);
    delayLaws(bench);
    workerLaws(bench);
  });
}

const job = (id: string, delayMs = 0, n = 1) => ({ id, payload: { n, text: 'größer “gleich” 𝄞' }, delayMs });

/** Runs jobs by id in the order seen. */
function recorder(result: (id: string, run: number) => JobResult | Promise<JobResult> = () => DONE) {
  const seen: string[] = [];
  const onJob = async ({ id }: { id: string }) => {
    seen.push(id);
    return result(id, seen.filter((one) => one === id).length);
  };
  return { seen, onJob };
}

/** A run that goes on until it is let go. */
function gate() {
  let open: (result: JobResult) => void = () => undefined;
  const opened = new Promise<JobResult>((resolve) => (open = resolve));
  return { open: () => open(DONE), opened };
}

function runLaws({ jobs, work }: Bench): void {
  it('runs a job with the id and payload it was given, whether the worker or the job was first', async () => {
    const got: unknown[] = [];
    await jobs().queue.enqueue([job('before')]);
    await work(1, (one) => {
      got.push({ id: one.id, payload: one.payload });
      return Promise.resolve(DONE);
    });
    await until('the first', () => got.length === 1);
    await jobs().queue.enqueue([job('after', 0, 2)]);
    await until('the second', () => got.length === 2);
    expect(got).toEqual([
      { id: 'before', payload: { n: 1, text: 'größer “gleich” 𝄞' } },
      { id: 'after', payload: { n: 2, text: 'größer “gleich” 𝄞' } },
    ]);
  });

  it('runs each of many jobs once, shared by two workers', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => `job-${n}`);
    const runs: string[] = [];
    const onJob = ({ id }: { id: string }) => {
      runs.push(id);
      return Promise.resolve(DONE);
    };
    await work(5, onJob);
    await work(5, onJob);
    await jobs().queue.enqueue(ids.map((id) => job(id)));
    await until('all of them', () => runs.length >= ids.length);
    await until('an empty queue', async () => (await jobs().queue.depth()).active === 0);
    expect(runs.toSorted()).toEqual(ids.toSorted());
  });

  it('takes an empty list', async () => {
    await jobs().queue.enqueue([]);
    expect(await jobs().queue.depth()).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });

  it('counts waiting, delayed and running jobs', async () => {
    await jobs().queue.enqueue([job('a'), job('b'), job('c'), job('later', 60_000)]);
    expect(await jobs().queue.depth()).toEqual({ waiting: 3, delayed: 1, active: 0 });
    const { open, opened } = gate();
    await work(2, () => opened);
    await until('two running', async () => (await jobs().queue.depth()).active === 2);
    expect(await jobs().queue.depth()).toEqual({ waiting: 1, delayed: 1, active: 2 });
    open();
    await until('only the delayed one left', async () => {
      const { waiting, active } = await jobs().queue.depth();
      return waiting === 0 && active === 0;
    });
    expect(await jobs().queue.depth()).toEqual({ waiting: 0, delayed: 1, active: 0 });
  });
}

function idLaws({ jobs, work }: Bench): void {
  it('keeps one job of an id that is waiting, delayed, running or just completed', async () => {
    await jobs().queue.enqueue([job('x'), job('x'), job('y', 300)]);
    await jobs().queue.enqueue([job('x'), job('y'), job('z')]);
    expect(await jobs().queue.depth()).toEqual({ waiting: 2, delayed: 1, active: 0 });
    const { open, opened } = gate();
    const { seen, onJob } = recorder((id) => (id === 'x' ? opened : DONE));
    await work(1, onJob);
    await until('x running', () => seen.includes('x'));
    await jobs().queue.enqueue([job('x')]);
    open();
    await until('all done', () => seen.length === 3);
    await until('rest', async () => (await jobs().queue.depth()).active === 0);
    await jobs().queue.enqueue([job('x'), job('y'), job('last')]);
    await until('the last', () => seen.includes('last'));
    expect(seen.toSorted()).toEqual(['last', 'x', 'y', 'z']);
  });

  it('frees the id some time after the job completed, also when nothing else happens', async () => {
    const { seen, onJob } = recorder();
    await work(1, onJob);
    await jobs().queue.enqueue([job('x')]);
    await until('the first run', () => seen.length === 1);
    const sinceMs = Date.now();
    await until('a second run', async () => {
      await jobs().queue.enqueue([job('x')]);
      return seen.length === 2;
    });
    expect(Date.now() - sinceMs).toBeGreaterThan(KEEP_COMPLETED_MS / 2);
  });

  it.each(['', '12', '-7', 'a:b', 'x'.repeat(201)])(
    'refuses the id %j and queues nothing of that call',
    async (id) => {
      const refused = jobs().queue.enqueue([job('good'), job(id)]);
      await expect(refused).rejects.toMatchObject({ reason: 'job-id-invalid', retryable: false });
      expect(await jobs().queue.depth()).toEqual({ waiting: 0, delayed: 0, active: 0 });
    },
  );
}

function delayLaws({ jobs, work }: Bench): void {
  it('does not run a delayed job before its time, nor hold up others', async () => {
    const { seen, onJob } = recorder();
    await work(1, onJob);
    const enqueuedAtMs = Date.now();
    await jobs().queue.enqueue([job('later', 400), job('now')]);
    await until('both', () => seen.length === 2);
    expect(Date.now() - enqueuedAtMs).toBeGreaterThanOrEqual(395);
    expect(seen).toEqual(['now', 'later']);
  });

  it('runs a job again after the delay its handler chose, as the same and only job of its id', async () => {
    const startedAtMs: number[] = [];
    await work(2, () => {
      startedAtMs.push(Date.now());
      return Promise.resolve(startedAtMs.length < 3 ? { retryAfterMs: 300 } : DONE);
    });
    await jobs().queue.enqueue([job('x')]);
    await until('a wait for the second run', async () => (await jobs().queue.depth()).delayed === 1);
    await jobs().queue.enqueue([job('x')]);
    expect(await jobs().queue.depth()).toEqual({ waiting: 0, delayed: 1, active: 0 });
    await until('three runs', () => startedAtMs.length === 3);
    await until('rest', async () => (await jobs().queue.depth()).active === 0);
    expect(startedAtMs[1]! - startedAtMs[0]!).toBeGreaterThanOrEqual(295);
    expect(startedAtMs[2]! - startedAtMs[1]!).toBeGreaterThanOrEqual(295);
    expect(await jobs().queue.depth()).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });

  it('runs a job again when its handler threw, however often', async () => {
    const { seen, onJob } = recorder((_, run) => {
      if (run < 4) throw new Error(`run ${run} fails`);
      return DONE;
    });
    await work(1, onJob);
    await jobs().queue.enqueue([job('x')]);
    await until('four runs', () => seen.length === 4);
    await until('rest', async () => (await jobs().queue.depth()).active === 0);
    expect(await jobs().queue.depth()).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });
}

function workerLaws({ jobs, work }: Bench): void {
  it('runs as many at once as told, no more', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const three = gate();
    await work(3, async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 3) three.open();
      await three.opened;
      await Promise.resolve();
      running -= 1;
      done += 1;
      return DONE;
    });
    await jobs().queue.enqueue(Array.from({ length: 20 }, (_, n) => job(`job-${n}`)));
    await until('all', () => done === 20);
    expect(most).toBe(3);
  });

  it('closes after its running job, takes no other, and leaves the rest to the next worker', async () => {
    const first = gate();
    const { seen, onJob } = recorder((id) => (id === 'a' ? first.opened : DONE));
    const worker = await work(1, onJob);
    await jobs().queue.enqueue([job('a'), job('b')]);
    await until('a running', () => seen.length === 1);
    let closed = false;
    const closing = worker.close().then(() => (closed = true));
    await jobs().queue.depth();
    expect(closed).toBe(false);
    first.open();
    await closing;
    expect(worker.health().state).toBe('closed');
    expect(seen).toEqual(['a']);
    expect(await jobs().queue.depth()).toEqual({ waiting: 1, delayed: 0, active: 0 });
    const next = recorder();
    await work(1, next.onJob);
    await until('b', () => next.seen.length === 1);
    expect(next.seen).toEqual(['b']);
  });

  it('says that it runs and when it last made progress', async () => {
    const worker = await work(1, () => Promise.resolve(DONE));
    expect(worker.health()).toEqual({ state: 'running', lastProgressAtMs: null });
    const beforeMs = Date.now();
    await jobs().queue.enqueue([job('x')]);
    const atMs = await until('progress', () => worker.health().lastProgressAtMs);
    expect(atMs).toBeGreaterThanOrEqual(beforeMs);
    expect(worker.health().state).toBe('running');
  });

  it('hands the job of a dead worker to a living one', async () => {
    await jobs().queue.enqueue([job('x')]);
    await jobs().takeAndDie();
    await jobs().queue.enqueue([job('x')]);
    const { seen, onJob } = recorder();
    await work(1, onJob);
    await until('x', () => seen.length === 1);
    await until('rest', async () => (await jobs().queue.depth()).active === 0);
    expect(await jobs().queue.depth()).toEqual({ waiting: 0, delayed: 0, active: 0 });
  }, 20_000);
}
