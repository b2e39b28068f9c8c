import { jobQueueConformance, KEEP_COMPLETED_MS } from '../conformance';
import type { TestPayload } from '../conformance';
import { MemoryJobQueue } from './memory-job-queue';

jobQueueConformance('memory', async () => {
  const queue = new MemoryJobQueue<TestPayload>({ keepCompletedMs: KEEP_COMPLETED_MS, backOffMs: 20 });
  return {
    queue,
    source: queue,
    takeAndDie: async () => queue.takeAndDie(),
    close: async () => undefined,
  };
});
