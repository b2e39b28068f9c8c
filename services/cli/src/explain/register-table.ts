import type { Finding, RegisterReading } from '@oopstream/core-forensics';
import type { Terminal } from './terminal';
import { visible } from './visible';

/** Registers that a claim rests on. */
export function citedRegisters(
  registers: readonly RegisterReading[],
  findings: readonly Finding[],
): readonly RegisterReading[] {
  const cited = new Set(
    findings.flatMap(({ evidence }) =>
      evidence.map(({ span, text = 0 }) => `${text}:${span.start}:${span.end}`),
    ),
  );
  return registers.filter(({ span, text = 0 }) => cited.has(`${text}:${span.start}:${span.end}`));
}

/** One register a line: name, value, what the value looks like. */
export function renderRegisters(
  registers: readonly RegisterReading[],
  { ink, columns }: Terminal,
): readonly string[] {
  const nameWidth = Math.max(0, ...registers.map(({ name }) => name.length));
  const valueWidth = Math.max(0, ...registers.map(({ value }) => value.length));
  return registers.map(({ name, value, origin, meaning }) => {
    const recovered = origin === 'recovered' ? ' (recovered)' : '';
    const said = `${meaning === null ? '' : visible(meaning)}${recovered}`.trim();
    const room = columns - nameWidth - valueWidth - 6;
    const cut = said.length > room ? `${said.slice(0, Math.max(0, room - 1))}…` : said;
    return `  ${ink.cyan(name.padEnd(nameWidth))}  ${value.padStart(valueWidth)}  ${ink.dim(cut)}`.trimEnd();
  });
}
