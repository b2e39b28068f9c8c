import type { Random } from '../fuzz/random';

/** A text without its names, and the map of the kernel that would have printed it. */
export interface Stripped {
  readonly text: string;
  readonly map: string;
  /** The same functions in another build, where each is longer. */
  readonly otherBuild: string;
  /** Names taken out. */
  readonly taken: number;
}

export interface StripOptions {
  readonly slide: bigint;
  /** One place in so many keeps its name, beside the address; and the first of each boot. */
  readonly anchorOnceIn: number;
}

const BASE = 0xffff_ffff_8100_0000n;
const PLACE = /([A-Za-z_][\w.$]*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)(?![0-9a-f]| \[)/g;
/** Lines in which the kernel prints a name for an address and nothing else stands before it but marks. */
const FRAME =
  /^((?:\[ *\d+\.\d{6}\])? {1,2}(?:\[<[0-9a-f]+>\] )?(?:\? )?)([A-Za-z_][\w.$]*\+0x[0-9a-f]+\/0x[0-9a-f]+)(\s*)$/;
const POINTER =
  /^((?:\[ *\d+\.\d{6}\] ?)?(?:RIP: 0010:|pc : ))([A-Za-z_][\w.$]*\+0x[0-9a-f]+\/0x[0-9a-f]+)(\s*)$/;

const PRINTED =
  /(\[<?|(?:epc|era|ERA|ra) *: *)[0-9a-f]{8,16}((?:>?\]|:)?\s+(?:\? )?\(?)([A-Za-z_.$][\w.$]*\+0x[0-9a-f]+\/0x[0-9a-f]+)(?![0-9a-f]| \[)/g;

/** Functions laid out one behind the other, so that each is as long as the kernel said. */
export class Layout {
  private readonly starts = new Map<string, bigint>();
  private end = BASE + 64n;

  constructor(text: string, growth = 0) {
    for (const [, name = '', , size = '0'] of text.matchAll(PLACE)) {
      const length = Number.parseInt(size, 16);
      if (length === 0 || length > 0x20000 || this.starts.has(`${name} ${size}`)) continue;
      this.starts.set(`${name} ${size}`, this.end);
      this.end += BigInt(length + growth);
    }
  }

  placeOf(place: string): bigint | null {
    const [, name = '', offset = '0', size = '0'] = /^(.*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)$/.exec(place) ?? [];
    const start = this.starts.get(`${name} ${size}`);
    const into = Number.parseInt(offset, 16);
    return start === undefined || into >= Number.parseInt(size, 16) ? null : start + BigInt(into);
  }

  /** What a backtrace prints of an address is looked up one byte before it: none is a function's very start. */
  returnAddressOf(place: string): bigint | null {
    return /\+0x0+\//.test(place) ? null : this.placeOf(place);
  }

  map(): string {
    const lines = [...this.starts].map(([key, start]) => `${start.toString(16)} t ${key.split(' ')[0]}`);
    return [`${BASE.toString(16)} T _text`, ...lines, `${this.end.toString(16)} T _etext`, ''].join('\n');
  }
}

/** What the kernel itself says of where it is. */
function restated(line: string, slide: bigint): string {
  return line
    .replace(/ nokaslr\b/, '')
    .replace(
      /Kernel Offset: (?:disabled|0x[0-9a-f]+ from 0x[0-9a-f]+)/,
      `Kernel Offset: 0x${slide.toString(16)} from 0x${BASE.toString(16)}`,
    );
}

/** Addresses that the text has beside names, as this kernel would have printed them. */
function withAddressesOf(layout: Layout, slide: bigint, line: string): string {
  return line.replace(PRINTED, (whole, before: string, between: string, place: string) => {
    const address = layout.placeOf(place);
    return address === null ? whole : `${before}${(address + slide).toString(16)}${between}${place}`;
  });
}

/** Takes the names out of a console log: `f+0x1/0x2` becomes what %pB prints without CONFIG_KALLSYMS. */
export function stripConsole(text: string, random: Random, options: StripOptions): Stripped {
  const layout = new Layout(text);
  let taken = 0;
  let anchored = false;
  const lines = text.split('\n').map((printed) => {
    const line = withAddressesOf(layout, options.slide, restated(printed, options.slide));
    if (line.includes('Linux version ')) anchored = false;
    const m = FRAME.exec(line) ?? POINTER.exec(line);
    const address = m === null ? null : layout.returnAddressOf(m[2] ?? '');
    if (m === null || address === null) return line;
    const digits = (address + options.slide).toString(16);
    if (!anchored || random.once(options.anchorOnceIn)) {
      anchored = true;
      return line.includes('[<')
        ? line
        : `${(m[1] ?? '').replace(/(\? )?$/, `[<${digits}>] $1`)}${m[2]}${m[3]}`;
    }
    taken++;
    return `${m[1]}0x${digits}${m[3]}`;
  });
  return { text: lines.join('\n'), map: layout.map(), otherBuild: new Layout(text, 16).map(), taken };
}

const CRASH8_FRAME = /^( *#\d+ \[[0-9a-f]+\] )([A-Za-z_][\w.$]*)( at )([0-9a-f]{16})(.*)$/;
/** `bt -s`, `bt -sx`. */
const CRASH8_PLACED = /^ *#\d+ \[[0-9a-f]+\] ([\w.$]+)\+(0x[0-9a-f]+|\d+) at ([0-9a-f]{16})$/;
const DIS = /^0x([0-9a-f]{16}) <([\w.$]+)\+(\d+)>:/;
const SLACK = 0x20n;

/** Functions of a crash(8) session where it has them, as far as frames and `dis` lines tell. */
function sessionMap(lines: readonly string[], slide: bigint, growth = 0n): string {
  const seen = new Map<string, bigint[]>();
  const exact = new Map<string, bigint>();
  for (const line of lines) {
    const dis = DIS.exec(line);
    if (dis) exact.set(dis[2] ?? '', BigInt(`0x${dis[1]}`) - BigInt(dis[3] ?? '0'));
    const placed = CRASH8_PLACED.exec(line);
    if (placed) exact.set(placed[1] ?? '', BigInt(`0x${placed[3]}`) - BigInt(placed[2] ?? '0'));
    const frame = CRASH8_FRAME.exec(line);
    if (!frame || (frame[5] ?? '').includes('[')) continue;
    seen.set(frame[2] ?? '', [...(seen.get(frame[2] ?? '') ?? []), BigInt(`0x${frame[4]}`)].sort(ascending));
  }
  let behind = 0n;
  let grown = -slide;
  let rows = '';
  const functions = [...seen].sort(([, a], [, b]) => ascending(a[0] ?? 0n, b[0] ?? 0n));
  for (const [name, addresses] of functions) {
    const first = addresses[0] ?? 0n;
    const start = exact.get(name) ?? (first - SLACK > behind ? first - SLACK : behind);
    behind = (addresses.at(-1) ?? 0n) + 1n;
    rows += `${(start + grown).toString(16)} t ${name}\n${(behind + grown).toString(16)} t behind_${name}\n`;
    grown += growth;
  }
  return rows;
}

const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

/** Takes names out of the frames of a crash(8) session; four and more keep theirs. */
export function stripSession(text: string, random: Random, options: StripOptions): Stripped {
  let taken = 0;
  let kept = 0;
  const lines = text.split('\n');
  const stripped = lines.map((line) => {
    const m = CRASH8_FRAME.exec(line);
    if (!m || (m[5] ?? '').includes('[')) return line;
    if (kept < 4 || random.once(options.anchorOnceIn)) {
      kept++;
      return line;
    }
    taken++;
    return `${m[1]}(unknown)${m[3]}${m[4]}${m[5]}`;
  });
  return {
    text: stripped.join('\n'),
    map: sessionMap(lines, options.slide),
    otherBuild: sessionMap(lines, options.slide, 0x4010n),
    taken,
  };
}
