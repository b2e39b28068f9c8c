import { spanOf } from '../text';
import type { Sourced } from '../details/details';
import { isCacheHead, readCache, readComplaint, readObject } from './row-line';
import type { SlabCache, SlabObject } from './session';
import type { SessionLine } from './session-line';
import type { SessionBudget } from './session-limits';

interface OpenCache {
  readonly name: string;
  address: bigint | null;
  objectSize: number | null;
  readonly complaints: Sourced<string>[];
  readonly objects: SlabObject[];
  start: number;
  end: number;
}

const OBJECTS_HEAD = /^\s*FREE \/ \[ALLOCATED\]/;
const OTHER_HEAD = /^\s*(?:KMEM_CACHE_NODE|NODE|CPU|SLAB|PAGE|FREE) +[A-Z/[]|^\s*(?:NODE|CPU) \d+ .*SLABS?:/;

/** Collects what `kmem -s`, `kmem -S` and `kmem ADDRESS` say of slab caches. */
export class SlabReader {
  private readonly open: OpenCache[] = [];
  private verb: string | null = null;
  private headed = false;
  private listing = false;

  constructor(private readonly budget: SessionBudget) {}

  command(verb: string | null): void {
    this.verb = verb;
    this.headed = false;
    this.listing = false;
  }

  get caches(): SlabCache[] {
    return this.open.map(({ start, end, ...cache }) => ({ ...cache, span: spanOf(start, end) }));
  }

  line(line: SessionLine): string | null {
    const message = line.message;
    const complaint = message.includes('kmem: ') ? readComplaint(line) : null;
    if (complaint !== null) {
      this.cacheOf(complaint.cache, line)?.complaints.push(complaint.complaint);
      return 'complaint';
    }
    if (isCacheHead(message)) {
      this.headed = true;
      return 'head';
    }
    if (!this.headed && this.verb !== 'kmem') return null;
    if (OBJECTS_HEAD.test(message)) {
      this.listing = true;
      return 'head';
    }
    return this.row(line);
  }

  private row(line: SessionLine): string | null {
    const row = readCache(line);
    if (row !== null) {
      const cache = this.cacheOf(row.name, line);
      if (cache) {
        cache.address ??= row.address;
        cache.objectSize ??= row.objectSize;
      }
      return 'cache';
    }
    const object = this.listing ? readObject(line) : null;
    if (object === null) return OTHER_HEAD.test(line.message) ? 'head' : null;
    const last = this.open[this.open.length - 1];
    if (last && this.budget.take('objects')) {
      last.objects.push(object);
      last.end = line.end;
    }
    return 'object';
  }

  private cacheOf(name: string, line: SessionLine): OpenCache | null {
    const last = this.open[this.open.length - 1];
    if (last?.name === name && (last.address === null || last.end > line.end)) {
      last.end = line.end;
      return last;
    }
    if (!this.budget.take('caches')) return null;
    const { start, end } = line;
    const cache = { name, address: null, objectSize: null, complaints: [], objects: [], start, end };
    this.open.push(cache);
    this.listing = false;
    return cache;
  }
}
