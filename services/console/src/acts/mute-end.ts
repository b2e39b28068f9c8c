import type { MuteEnd } from '../api/life-queries';

const DAY_MS = 86_400_000;

export const DAYS = [
  { value: '1', label: 'a day' },
  { value: '7', label: 'a week' },
  { value: '30', label: '30 days' },
  { value: 'no-end', label: 'no end by time' },
];

/** Fields of the form as they stand; empty ones say nothing. */
export interface MuteFields {
  readonly days: string | null;
  readonly crashes: string | number;
  readonly hosts: string | number;
  readonly release: string;
}

export function muteEnd({ days, crashes, hosts, release }: MuteFields, nowMs: number): MuteEnd {
  const count = Number(days);
  return {
    ...(count > 0 && { until: new Date(nowMs + count * DAY_MS).toISOString() }),
    ...(Number(crashes) > 0 && { crashes: Number(crashes) }),
    ...(Number(hosts) > 0 && { hosts: Number(hosts) }),
    ...(release.trim() !== '' && { release: release.trim() }),
  };
}
