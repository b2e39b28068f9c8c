import type { SessionModule } from './session/session';

/** Digits of an address that only tell places within a page: modules never share one. */
const PAGE_DIGITS = 3;
const MAX_PAGES = 65_536;

/** Knows in which loadable module an address lies, from what a session shows of modules. */
export class ModuleMap {
  private readonly pages = new Map<string, string>();
  private readonly ranges: { readonly name: string; readonly base: bigint; readonly end: bigint }[] = [];

  /** A return address that was printed with its module. */
  addPlace(address: string | null, module: string | null): void {
    if (address !== null && module !== null && this.pages.size < MAX_PAGES)
      this.pages.set(address.slice(0, -PAGE_DIGITS), module);
  }

  /** A line of `mod`. */
  addModule(module: SessionModule): void {
    if (module.base === null || this.ranges.length >= MAX_PAGES) return;
    this.ranges.push({ name: module.name, base: module.base, end: module.base + BigInt(module.sizeBytes) });
  }

  moduleAt(address: string | null): string | null {
    if (address === null) return null;
    const page = this.pages.get(address.slice(0, -PAGE_DIGITS));
    if (page !== undefined || this.ranges.length === 0) return page ?? null;
    const at = BigInt(`0x${address}`);
    // Since 6.4 the size counts parts that lie elsewhere, so that ranges may overlap: the text begins at the base.
    let nearest: { readonly name: string; readonly base: bigint; readonly end: bigint } | null = null;
    for (const range of this.ranges)
      if (range.base <= at && at < range.end && (nearest === null || range.base > nearest.base))
        nearest = range;
    return nearest?.name ?? null;
  }
}
