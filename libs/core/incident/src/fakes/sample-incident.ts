import type { IncidentState } from '../dedup-state';
import { newLife } from '../life/incident-life';
import { SAMPLE_START_MS } from './sample-receipt';

/** @returns an open incident with one crash, opened at {@link SAMPLE_START_MS}. */
export function sampleIncident(more: Partial<IncidentState> = {}): IncidentState {
  return {
    id: '00000000-0000-7000-8000-000000000001',
    tenant: 'default',
    number: 1,
    status: 'open',
    holding: false,
    title: '__kmalloc+171 stack_segment from usbdev_ioctl',
    kind: 'stack-segment',
    family: 'bad-access',
    blamed: '__kmalloc',
    entry: 'usbdev_ioctl',
    module: null,
    firstSeenAtMs: SAMPLE_START_MS,
    lastSeenAtMs: SAMPLE_START_MS,
    openedAtMs: SAMPLE_START_MS,
    openedByCrash: '00000000-0000-7000-8000-00000000000c',
    openedTraceparent: null,
    resolvedAtMs: null,
    resolvedBy: null,
    resolvedIn: null,
    recurrences: 0,
    crashes: 1,
    fatalCrashes: 1,
    hosts: 1,
    releases: ['6.1.0-18-amd64'],
    groupKeys: ['v1:f'],
    ...newLife(SAMPLE_START_MS),
    ...more,
  };
}
