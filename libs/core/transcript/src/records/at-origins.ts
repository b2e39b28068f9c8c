import type { Reading } from '../reading';
import type { MendedText } from './mended-text';

/** Readings of a mended text with the places of the text as it was given; no two of them begin at one place. */
export function atOrigins(readings: readonly Reading[], mended: MendedText): Reading[] {
  const headers = readings.map(({ span }) => mended.origin({ ...span, end: span.start + 1 }).start);
  const taken = new Set(headers);
  return readings.map((reading, n) => {
    const { span, frames } = reading;
    const whole = mended.origin(span);
    // Reports that were printed together share their bytes; each has its header for itself.
    const start = taken.has(whole.start) ? (headers[n] ?? whole.start) : whole.start;
    taken.add(start);
    return {
      ...reading,
      span: { start, end: Math.max(start, whole.end) },
      frames: frames.map((frame) => ({ ...frame, span: mended.origin(frame.span) })),
    };
  });
}
