import { splitAt, type TextLine } from './text-lines';

// A whole prefix of syslog or of netconsole in mid-line. Time stamps and levels are parted elsewhere.
const PREFIX =
  /(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.,:+Z-]*) [\w.-]{1,253} kernel: |[0-7],\d{1,12},\d{4,18},[-c+](?:,[\w-]{1,32}=[^,;]{0,64}){0,8};/g;

const RECORD = /\d,\d{1,15},\d{1,18},[-c+][^;]{0,128};/;

export function gluedAt(line: string): number[] {
  if (!line.includes(' kernel: ') && !line.includes(';')) return [];
  const places: number[] = [];
  for (const { index } of line.matchAll(PREFIX)) if (index > 0 && !isPrefix(line, index)) places.push(index);
  return places;
}

/** What stands before is a receiver's own prefix: a time, an address, a name, a facility. */
function isPrefix(line: string, at: number): boolean {
  const before = line.slice(Math.max(0, at - 80), at);
  if (RECORD.test(before)) return false;
  return at <= 80 && /(?:^\d{0,2}|[:>,\]]\s?|^[\w.:-]{1,64} |^\S+ \S+ )$/.test(before);
}

export function unglued(lines: readonly TextLine[]): TextLine[] {
  return lines.flatMap((line) => splitAt(line, gluedAt(line.text)));
}
