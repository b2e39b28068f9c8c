import type { TextLine } from '../scene';
import type { SeededRandom } from '../seeded-random';

const stamp = (seconds: number): string => {
  const [whole = '0', part = '0'] = seconds.toFixed(6).split('.');
  return `[${whole.padStart(5)}.${part}]`;
};

/** `vmcore-dmesg.txt`, and what `dmesg` prints. */
export function asDmesg(lines: readonly TextLine[]): string[] {
  return lines.map(({ seconds, text }) => `${stamp(seconds)} ${text}`);
}

/** Extended netconsole: `level,sequence,microseconds,-;text` (kernel/printk, drivers/net/netconsole.c). */
export function asNetconsole(lines: readonly TextLine[], firstSequence: number): string[] {
  return lines.map(
    ({ level, seconds, text }, n) => `${level},${firstSequence + n},${Math.round(seconds * 1e6)},-;${text}`,
  );
}

/** One part of a pstore record (fs/pstore/platform.c). */
export function asPstore(lines: readonly TextLine[], why: 'Panic' | 'Oops'): string[] {
  return [
    `${why}#1 Part1`,
    ...lines.map(({ level, seconds, text }) => `<${level}>${stamp(seconds)} ${text}`),
  ];
}

/** What a wire or a full buffer does to a text: its head lost, its end lost, or lines out of its middle. */
export function damage<Line>(random: SeededRandom, lines: readonly Line[], reportAt: number): Line[] {
  const report = lines.length - reportAt;
  const how = random.below(3);
  if (how === 0) return lines.slice(reportAt + 1 + random.below(Math.max(1, Math.floor(report / 2))));
  if (how === 1) return lines.slice(0, reportAt + 2 + random.below(Math.max(1, Math.floor(report / 2))));
  const from = reportAt + 1 + random.below(Math.max(1, report - 6));
  return [...lines.slice(0, from), ...lines.slice(from + 2 + random.below(4))];
}
