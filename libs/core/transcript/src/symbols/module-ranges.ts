/** Where a module was loaded, as the text lists it. */
export interface ModuleRange {
  readonly name: string;
  readonly start: bigint;
  readonly sizeBytes: number;
}

// crash(8) `mod` (kernel.c do_module_cmd): struct module, name, base, size.
const CRASH8_MOD = /^\s*[0-9a-f]{8,16} {2}([\w-]{1,56}) +([0-9a-f]{8,16}) +(\d{1,9}) {2}/;
// kernel/module/procfs.c m_show: `name size users by state address`.
const PROC_MODULES = /^([\w-]{1,56}) (\d{1,9}) \d+ \S+ (?:Live|Loading|Unloading) 0x([0-9a-f]{8,16})(?: |$)/;
const MAX_MODULES = 4096;

/** Heading of `mod`. */
const TABLE = 'OBJECT FILE';
const MAX_ROW = 512;

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Modules of one text by their addresses. */
export class ModuleRanges {
  private readonly ranges: ModuleRange[] = [];
  private sorted = true;

  get size(): number {
    return this.ranges.length;
  }

  /** @returns whether the line lists a module. */
  line(message: string): boolean {
    const mod = CRASH8_MOD.exec(message);
    const proc = mod === null ? PROC_MODULES.exec(message) : null;
    if (mod === null && proc === null) return false;
    const start = BigInt(`0x${mod?.[2] ?? proc?.[3] ?? '0'}`);
    // Zero: kernel.kptr_restrict hides it.
    if (start !== 0n && this.ranges.length < MAX_MODULES) {
      this.ranges.push({
        name: (mod?.[1] ?? proc?.[1] ?? '').replaceAll('-', '_'),
        start,
        sizeBytes: Number(mod?.[3] ?? proc?.[2]),
      });
      this.sorted = false;
    }
    return true;
  }

  /** crash(8)'s tables of modules in a whole text; lines without any prefix. */
  readAll(text: string): void {
    for (let at = text.indexOf(TABLE); at >= 0; at = text.indexOf(TABLE, at)) {
      at = lineEnd(text, at);
      while (at < text.length) {
        const end = lineEnd(text, at + 1);
        if (!this.line(text.slice(at + 1, Math.min(end, at + MAX_ROW)))) break;
        at = end;
      }
    }
  }

  find(address: bigint): ModuleRange | null {
    if (!this.sorted) this.ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    this.sorted = true;
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ranges[middle]?.start ?? address) <= address) low = middle + 1;
      else high = middle;
    }
    const range = this.ranges[low - 1];
    return range !== undefined && address < range.start + BigInt(range.sizeBytes) ? range : null;
  }
}

/**
 * `_MODULE_START_nvcache+0x1234/0x5000 [nvcache]` stands for the function that nobody knows. crash(8) names the beginning
 * of a module so (symbols.c) where it has nothing nearer; no function has such a name, and no build changes it.
 */
export function modulePlace({ name, start, sizeBytes }: ModuleRange, address: bigint): string {
  return `${moduleStart(name)}+0x${(address - start).toString(16)}/0x${sizeBytes.toString(16)} [${name}]`;
}

export function moduleStart(name: string): string {
  return `_MODULE_START_${name}`;
}

export function isModuleStart(name: string): boolean {
  return name.startsWith(moduleStart(''));
}
