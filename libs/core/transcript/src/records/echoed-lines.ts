import { eachLine, type Line } from '../framing';
import { matchHeader } from '../header-line';
import type { TextLine } from './text-lines';

/** Lines apart that equal ones of a trace may be where the clock is so coarse that they bear one time (recursion). */
const NEAR = 8;

interface Seen {
  readonly number: number;
  readonly prefix: string;
  readonly caller: string | null;
}

/**
 * Leaves out lines that are in the text already as another log has them: the same message with the same time of the
 * kernel's clock, or, of a log that syslog wrote without that time, the same message as often as it stands there with it.
 *
 * @param dumps the text holds dumps of one log (pstore): then the same lines in the same framing are echoes, too.
 */
export function withoutEchoes(
  lines: readonly TextLine[],
  maxLineBytes: number,
  dumps: boolean,
): readonly TextLine[] {
  const seen = new Map<string, Seen>();
  const stamped = new Map<string, number>();
  let headers = 0;
  const echoes = new Set<number>();
  const bare: { number: number; message: string }[] = [];
  lines.forEach(({ text }, number) => {
    const line = firstLine(text, maxLineBytes);
    if (line === null || line.foreign || line.message === '') return;
    const { uptime, message, caller } = line;
    if (uptime === null) {
      if (line.framed) bare.push({ number, message });
      return;
    }
    if (uptime === 0) return;
    const key = `${uptime} ${message.trim()}`;
    const prefix = text.slice(0, Math.max(0, text.indexOf(message)));
    const before = seen.get(key);
    if (before === undefined) {
      seen.set(key, { number, prefix, caller });
      stamped.set(message.trim(), (stamped.get(message.trim()) ?? 0) + 1);
    } else if (isEcho(before, { number, prefix, caller }, dumps)) {
      echoes.add(number);
      if (matchHeader(message) !== null) headers++;
    }
  });
  for (const { number, message } of bare) {
    const left = stamped.get(message.trim()) ?? 0;
    if (left === 0) continue;
    stamped.set(message.trim(), left - 1);
    echoes.add(number);
    if (matchHeader(message) !== null) headers++;
  }
  return headers === 0 ? lines : lines.filter((_line, number) => !echoes.has(number));
}

function isEcho(before: Seen, line: Seen, dumps: boolean): boolean {
  if (before.caller !== null && line.caller !== null && before.caller !== line.caller) return false;
  return before.prefix !== line.prefix || (dumps && line.number - before.number > NEAR);
}

function firstLine(text: string, maxLineBytes: number): Line | null {
  const found: Line[] = [];
  eachLine(text, maxLineBytes, (line) => found.push(line));
  return found[0] ?? null;
}
