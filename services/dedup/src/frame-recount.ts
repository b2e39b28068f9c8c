import { repeatWork } from '@oopstream/runtime';
import type { RepeatedWork } from '@oopstream/runtime';
import type { DedupDeps } from './deps';

type RecountDeps = Pick<DedupDeps, 'config' | 'logger' | 'clock'> & {
  readonly stores: Pick<DedupDeps['stores'], 'frameModels'>;
};

/** Counts from time to time how common functions are in the fleet's stacks. Batches join by the count before meanwhile. */
export function startFrameRecount(deps: RecountDeps): RepeatedWork {
  return repeatWork({
    intervalMs: deps.config.frameRecountMs,
    work: () => recountFrames(deps),
    onTrouble: (error) =>
      deps.logger.warn({ err: error }, 'functions of stacks could not be counted; they will be again'),
  });
}

/** One look: most find too few new keys to count anything. */
export async function recountFrames({ stores, clock, logger }: RecountDeps): Promise<void> {
  const tenants = await stores.frameModels.recount(clock.nowMs());
  if (tenants !== null && tenants > 0) logger.info({ tenants }, 'functions of stacks were counted again');
}
