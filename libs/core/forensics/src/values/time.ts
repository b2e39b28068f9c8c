import type { Layout } from './layout';
import type { ValueReading } from './reading';
import type { Word } from './word';

/** How far a stored time may be from the crash to be believed, by unit: the finer, the rarer by accident. */
const NEAR_SECONDS = 3600;
const HERTZ = [100, 250, 300, 1000];
const BOOT_TOLERANCE_SECONDS = 10;
const JIFFIES_TOLERANCE_SECONDS = 60;
/** 2000-01-01 and 2040-01-01 UTC, for what the text calls a time. */
const FROM_SECONDS = 946_684_800;
const TO_SECONDS = 2_208_988_800;

const UNITS = [
  { perSecond: 1, text: 'seconds' },
  { perSecond: 1e3, text: 'milliseconds' },
  { perSecond: 1e6, text: 'microseconds' },
  { perSecond: 1e9, text: 'nanoseconds' },
];

const iso = (seconds: number): string =>
  new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19) + 'Z';

function timestamp(seconds: number, unit: string, weightBits: number, told: boolean): ValueReading {
  return {
    kind: 'timestamp',
    text: `${unit} since 1970: ${iso(seconds)}`,
    weightBits,
    confidence: told ? 'likely' : 'hint',
    details: { decoded: iso(seconds) },
  };
}

/** Wall clock, only near the crash or where the text calls it a time: a third of all 32-bit numbers are years till 2040. */
export function readTimestamp(word: Word, layout: Layout): ValueReading | null {
  const { crashedAtMs, role } = layout.context;
  if (crashedAtMs === null && role !== 'time') return null;
  const number = word.hi * 0x1_0000_0000 + word.lo;
  for (const unit of UNITS) {
    const seconds = number / unit.perSecond;
    if (seconds < FROM_SECONDS || seconds > TO_SECONDS) continue;
    if (role === 'time') return timestamp(seconds, unit.text, 30, true);
    if (crashedAtMs === null || Math.abs(seconds - crashedAtMs / 1000) > NEAR_SECONDS) return null;
    const near = timestamp(seconds, unit.text, 20, unit.perSecond > 1);
    return { ...near, text: `${near.text}, within an hour of the crash` };
  }
  return null;
}

/** ktime near the time since boot. */
export function readSinceBoot(word: Word, layout: Layout): ValueReading | null {
  const uptime = layout.context.uptimeSeconds;
  if (uptime === null || word.hi === 0) return null;
  const seconds = (word.hi * 0x1_0000_0000 + word.lo) / 1e9;
  if (Math.abs(seconds - uptime) > BOOT_TOLERANCE_SECONDS) return null;
  return {
    kind: 'since-boot',
    text: `nanoseconds since boot: ${seconds.toFixed(3)} s, the crash was at ${uptime.toFixed(0)} s`,
    weightBits: 29,
    confidence: 'hint',
    details: { decoded: seconds.toFixed(9) },
  };
}

/** jiffies start five minutes before they wrap (include/linux/jiffies.h, INITIAL_JIFFIES). */
export function readJiffies(word: Word, layout: Layout): ValueReading | null {
  const uptime = layout.context.uptimeSeconds;
  if (uptime === null) return null;
  const number = word.hi * 0x1_0000_0000 + word.lo;
  for (const hz of HERTZ) {
    const seconds = (number - (0x1_0000_0000 - 300 * hz)) / hz;
    if (Math.abs(seconds - uptime) > JIFFIES_TOLERANCE_SECONDS) continue;
    return {
      kind: 'jiffies',
      text: `jiffies at ${seconds.toFixed(1)} s after boot if HZ is ${hz}`,
      weightBits: 47,
      confidence: 'hint',
      details: { decoded: seconds.toFixed(3), source: 'include/linux/jiffies.h' },
    };
  }
  return null;
}
