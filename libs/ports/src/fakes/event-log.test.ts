import { eventLogConformance } from '../conformance';
import { createMemoryEventLog } from './event-log';

eventLogConformance('memory', () => {
  const log = createMemoryEventLog();
  return Promise.resolve({ open: () => Promise.resolve(log), close: () => Promise.resolve() });
});
