import type { Line } from './framing';
import { readModule } from './session/row-line';
import { unplacedLine } from './session/session-line';

/** Digits of an address that only tell places within a page: modules never share one. */
const PAGE_DIGITS = 3;
/** Digits within a region of 256 MB: lines that name no address of it need not be taken apart. */
const REGION_DIGITS = 7;
const MAX_PAGES = 65_536;

/** Knows in which loadable module an address lies, from what a session shows of modules. */
export class ModuleMap {
  private readonly pages = new Map<string, string>();
  private readonly lines: Line[] = [];

  /** A return address that was printed with its module. */
  addPlace(address: string | null, module: string | null): void {
    if (address !== null && module !== null && this.pages.size < MAX_PAGES)
      this.pages.set(address.slice(0, -PAGE_DIGITS), module);
  }

  /** A line below `mod`: taken apart only when somebody asks. @returns true */
  addLine(line: Line): boolean {
    if (this.lines.length < MAX_PAGES) this.lines.push(line);
    return true;
  }

  moduleAt(address: string | null): string | null {
    if (address === null) return null;
    return this.pages.get(address.slice(0, -PAGE_DIGITS)) ?? this.inRange(address);
  }

  private inRange(address: string): string | null {
    const at = BigInt(`0x${address}`);
    const region = address.slice(0, -REGION_DIGITS);
    let nearest: { readonly name: string; readonly base: bigint } | null = null;
    for (const line of this.lines) {
      if (!line.message.includes(region)) continue;
      const module = readModule(unplacedLine(line));
      if (!module || module.base === null || at < module.base) continue;
      // Since 6.4 the size counts parts that lie elsewhere, so that ranges may overlap: the text begins at the base.
      const closer = nearest === null || module.base > nearest.base;
      if (at < module.base + BigInt(module.sizeBytes) && closer)
        nearest = { name: module.name, base: module.base };
    }
    return nearest?.name ?? null;
  }
}
