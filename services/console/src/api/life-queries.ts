import { answer, api } from './client';
import type { Reason } from './decision-queries';

export const obsoleteIncident = (number: string, body: Reason) =>
  answer(api.POST('/v1/incidents/{number}/obsolete', { params: { path: { number } }, body }));

export const acknowledgeIncident = (number: string, body: Reason) =>
  answer(api.POST('/v1/incidents/{number}/acknowledge', { params: { path: { number } }, body }));

export const unmuteIncident = (number: string, body: Reason) =>
  answer(api.POST('/v1/incidents/{number}/unmute', { params: { path: { number } }, body }));

/** @param body with `null`, it is nobody's */
export const assignIncident = (number: string, body: Reason & { assignee: string | null }) =>
  answer(api.POST('/v1/incidents/{number}/assign', { params: { path: { number } }, body }));

/** What ends a mute: the first that comes true. */
export interface MuteEnd {
  readonly until?: string;
  readonly crashes?: number;
  readonly hosts?: number;
  readonly release?: string;
}

export const muteIncident = (number: string, body: Reason & MuteEnd) =>
  answer(api.POST('/v1/incidents/{number}/mute', { params: { path: { number } }, body }));
