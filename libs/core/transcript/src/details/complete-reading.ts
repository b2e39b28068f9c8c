import type { Reading } from '../reading';
import type { Session } from '../session/session';
import { readMoment } from './crash-moment';
import type { CrashDetails } from './details';

const BOOT_ID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/**
 * Adds what the messages of the crash's boot tell to a reading that lacks it: the boot's id, written as
 * `/proc/sys/kernel/random/boot_id` writes it, and the wall clock of the crash, counted from a moment of the boot at
 * which a message said both clocks. What the report itself says stands. Adds the crash's moment where the text tells one.
 *
 * @param details of that reading, by `readDetails`.
 * @param session of the same text, where there is one.
 */
export function completeReading(
  reading: Reading,
  details: Pick<CrashDetails, 'boot' | 'registers'>,
  session: Session | null = null,
): Reading {
  const { boot } = details;
  const bootId = reading.bootId ?? asUuid(boot.bootId?.value ?? null);
  const occurredAtMs = reading.occurredAtMs ?? wallClock(reading.uptimeSeconds, boot.clock?.value ?? null);
  const moment = reading.moment ?? readMoment(reading, details, session);
  const isComplete =
    bootId === reading.bootId && occurredAtMs === reading.occurredAtMs && moment === (reading.moment ?? null);
  return isComplete ? reading : { ...reading, bootId, occurredAtMs, ...(moment !== null && { moment }) };
}

function asUuid(digits: string | null): string | null {
  const groups = digits === null ? null : BOOT_ID.exec(digits.toLowerCase());
  return groups === null ? null : groups.slice(1).join('-');
}

/** Whole milliseconds; a clock that was read after the crash is another boot's. */
function wallClock(
  uptimeSeconds: number | null,
  clock: { readonly atMs: number; readonly uptimeSeconds: number } | null,
): number | null {
  if (uptimeSeconds === null || clock === null || clock.uptimeSeconds > uptimeSeconds) return null;
  return Math.round(clock.atMs + (uptimeSeconds - clock.uptimeSeconds) * 1000);
}
