import type { Receipt } from '@oopstream/core-incident';
import type { Delivery } from '../delivery';
import type { Failure } from '../failure';
import type { Fleet } from '../simulate-fleet';
import { linkKey } from './settle-fleet';

/** Which failure each reading shows: by transcript and byte; readings that show none are left out. */
export function shownFailures(fleet: Fleet, receipts: readonly Receipt[]): Map<string, Failure> {
  const byId = new Map(fleet.failures.map((failure) => [failure.id, failure]));
  const shown = new Map<string, Failure>();
  fleet.deliveries.forEach((delivery, n) => {
    const content = receipts[n]?.content;
    if (content?.kind !== 'read') return;
    for (const { reading } of content.readings) {
      const failure = byId.get(shownIn(delivery, reading.span) ?? '');
      if (failure !== undefined) shown.set(linkKey(delivery.facts.id, reading.span.start), failure);
    }
  });
  return shown;
}

/** The failure that most of the range tells of. */
export function shownIn(
  delivery: Delivery,
  span: { readonly start: number; readonly end: number },
): string | null {
  let best: string | null = null;
  let most = 0;
  for (const { start, end, failureId } of delivery.shows) {
    const shared = Math.min(end, span.end) - Math.max(start, span.start);
    if (shared > most) [best, most] = [failureId, shared];
  }
  return best;
}
