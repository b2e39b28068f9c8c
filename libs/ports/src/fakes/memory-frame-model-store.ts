import type { MemoryIncidents } from '@oopstream/core-incident/fakes';
import { RECOUNT_GROWTH } from '../frame-model-store';
import type { FrameModelStore } from '../frame-model-store';

/** Counts the functions of keys in memory. */
export class MemoryFrameModelStore implements FrameModelStore {
  constructor(private readonly rows: MemoryIncidents) {}

  recount(): Promise<number> {
    return Promise.resolve(this.rows.joining.recount(RECOUNT_GROWTH));
  }
}
