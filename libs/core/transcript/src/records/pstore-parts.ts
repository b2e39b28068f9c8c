import { notice, type TextLine } from './text-lines';

// fs/pstore/platform.c pstore_dump: `%s#%d Part%u`; parts are numbered from the newest on.
export const PART =
  /^(?:<\d>)?(Panic|Oops|Emergency|Emerg|Restart|Halt|Poweroff|Shutdown|Unknown|MCE)#(\d{1,9}) Part(\d{1,9})\s*$/;
/** How pstore names a file, as people and systemd-pstore put it above the contents; ramoops' own header. */
const FILE = /^(?:==> )?\S*dmesg-[a-z-]+-\d+\S*(?: <==)?\s*$|^====\d+\.\d+-[CD]\s*$/;

interface Dump {
  readonly name: string;
  readonly count: number;
  readonly parts: Map<number, TextLine[]>;
}

/** Puts the parts of each dump behind one another, oldest first, and says which are missing. */
export function partsInOrder(lines: readonly TextLine[]): TextLine[] {
  const ordered: TextLine[] = [];
  let dumps = new Map<string, Dump>();
  let current: TextLine[] = ordered;
  let pending: TextLine[] = [];
  for (const line of lines) {
    if (FILE.test(line.text)) {
      pending.push(line);
      continue;
    }
    const m = PART.exec(line.text);
    if (m === null) {
      current.push(...pending, line);
      pending = [];
      continue;
    }
    const [name, count, part] = [`${m[1]}#${m[2]}`, Number(m[2]), Number(m[3])];
    let dump = dumps.get(name);
    if (dump?.parts.has(part) === true) {
      // The same part again: another boot of the machine, or another machine.
      for (const one of ofDumps(dumps)) ordered.push(one);
      dumps = new Map();
      dump = undefined;
    }
    if (dump === undefined) dumps.set(name, (dump = { name, count, parts: new Map() }));
    current = [...pending, line];
    pending = [];
    dump.parts.set(part, current);
  }
  current.push(...pending);
  for (const one of ofDumps(dumps)) ordered.push(one);
  return ordered;
}

function ofDumps(dumps: ReadonlyMap<string, Dump>): TextLine[] {
  return [...dumps.values()].sort((a, b) => a.count - b.count).flatMap(ofDump);
}

function ofDump({ name, parts }: Dump): TextLine[] {
  const lines: TextLine[] = [];
  const numbers = [...parts.keys()].sort((a, b) => b - a);
  const newest = numbers[numbers.length - 1] ?? 1;
  numbers.forEach((part, n) => {
    const own = parts.get(part) ?? [];
    for (const line of own) lines.push(line);
    const place = own[own.length - 1]?.parts[0]?.end ?? 0;
    const next = numbers[n + 1] ?? part - 1;
    for (let missing = part - 1; missing > Math.max(next, part - 65); missing--) {
      lines.push(notice(`** ${name} Part${missing} is missing **`, place));
    }
    if (part === newest && part > 1) lines.push(notice(`** ${name} Part1 is missing **`, place));
  });
  return lines;
}
