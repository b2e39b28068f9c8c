import type { Random } from '../fuzz/random';

/** A text without its names, and the map of the kernel that would have printed it. */
export interface Stripped {
  readonly text: string;
  readonly map: string;
  /** Names taken out. */
  readonly taken: number;
}

export interface StripOptions {
  readonly slide: bigint;
  /** Share of the places that keep their name, beside the address. */
  readonly anchorShare: number;
}

const BASE = 0xffff_ffff_8100_0000n;
const PLACE = /([A-Za-z_][\w.$]*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)(?! \[)/g;
/** Lines in which the kernel prints a name for an address and nothing else stands before it but marks. */
const FRAME = /^((?:\[ *\d+\.\d{6}\])? {1,2}(?:\? )?)([A-Za-z_][\w.$]*\+0x[0-9a-f]+\/0x[0-9a-f]+)(\s*)$/;
const POINTER = /^((?:\[ *\d+\.\d{6}\] ?)?(?:RIP: 0010:|pc : ))([A-Za-z_][\w.$]*\+0x[0-9a-f]+\/0x[0-9a-f]+)(\s*)$/;

/** Functions laid out one behind the other, so that each is as long as the kernel said. */
export class Layout {
  private readonly starts = new Map<string, bigint>();
  private end = BASE + 64n;

  constructor(text: string, grow: (name: string) => number = () => 0) {
    for (const [, name = '', , size = '0'] of text.matchAll(PLACE)) {
      const length = Number.parseInt(size, 16);
      if (length === 0 || length > 0x20000 || this.starts.has(`${name} ${size}`)) continue;
      this.starts.set(`${name} ${size}`, this.end);
      this.end += BigInt(length + grow(name));
    }
  }

  addressOf(place: string): bigint | null {
    const [, name = '', offset = '0', size = '0'] = /^(.*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)$/.exec(place) ?? [];
    const start = this.starts.get(`${name} ${size}`);
    const into = Number.parseInt(offset, 16);
    // What a backtrace prints of an address is looked up one byte before it: at its very start no function stands.
    return start === undefined || into === 0 || into >= Number.parseInt(size, 16) ? null : start + BigInt(into);
  }

  map(): string {
    const lines = [...this.starts].map(([key, start]) => `${start.toString(16)} t ${key.split(' ')[0]}`);
    return [`${BASE.toString(16)} T _text`, ...lines, `${this.end.toString(16)} T _etext`, ''].join('\n');
  }
}

/** Takes the names out of a console log: `f+0x1/0x2` becomes what %pB prints without CONFIG_KALLSYMS. */
export function stripConsole(text: string, random: Random, options: StripOptions): Stripped {
  const layout = new Layout(text);
  let taken = 0;
  let anchored = false;
  const lines = text.split('\n').map((line) => {
    if (line.includes('Linux version ')) anchored = false;
    const m = FRAME.exec(line) ?? POINTER.exec(line);
    const address = m === null ? null : layout.addressOf(m[2] ?? '');
    if (m === null || address === null) return line;
    const digits = (address + options.slide).toString(16);
    if (!anchored || random.chance(options.anchorShare)) {
      anchored = true;
      return `${m[1]}[<${digits}>] ${m[2]}${m[3]}`;
    }
    taken++;
    return `${m[1]}0x${digits}${m[3]}`;
  });
  return { text: lines.join('\n'), map: layout.map(), taken };
}
