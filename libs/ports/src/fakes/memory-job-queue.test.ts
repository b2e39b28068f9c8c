import { jobQueueConformance, KEEP_COMPLETED_MS } from '../conformance';
import type { TestPayload } from '../conformance';
import { MemoryJobQueue } from './memory-job-queue';

jobQueueConformance('memory', () => {
  const queue = new MemoryJobQueue<TestPayload>({ keepCompletedMs: KEEP_COMPLETED_MS, backOffMs: 20 });
  return Promise.resolve({
    queue,
    source: queue,
    takeAndDie: () => Promise.resolve(queue.takeAndDie()),
    close: () => Promise.resolve(),
  });
});
