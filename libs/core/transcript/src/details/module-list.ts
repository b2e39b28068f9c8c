import type { DetailLine } from './detail-line';
import { spanIn } from './detail-line';
import type { LoadedModule } from './details';

const UPPER_M = 0x4d;
const UPPER_U = 0x55;
const HEAD = /^Modules linked in: ?/;
// kernel/module/main.c print_modules, module_flags: name, then taint letters with + (being loaded) or - (unloaded).
const MODULE = /([A-Za-z0-9_]+)(?:\(([A-Z+-]*)\))?(?=\s|$)/g;
const LIST = /^(?:[A-Za-z0-9_]+(?:\([A-Z+-]*\))?(?:\s+|$))*(?:\[last unloaded: [^\]]*\]?)?\s*$/;
// kernel/module/tracking.c print_unloaded_tainted_modules (6.1 on): flags and how many times.
const UNLOADED_TAINTED = /^Unloaded tainted modules:/;
const TAINTED = /(?<= )(\w+)\(([A-Z]*)\):\d+/g;
const UNLOADED = /\[last unloaded: ([\w-]+)/;
/** A record holds about this much: what is shorter was not wrapped by the kernel. */
const WRAPS_AT = 60;

/** Reads the list of modules, over several lines where a record or a console wrapped it. */
export class ModuleReader {
  readonly modules: LoadedModule[] = [];
  readonly unloadedTainted: LoadedModule[] = [];
  lastUnloaded: string | null = null;
  private more = false;
  private done = false;
  private previous: DetailLine | null = null;

  constructor(private readonly maxModules: number) {}

  /** @returns whether the line was a part of the list. */
  line(line: DetailLine): boolean {
    const first = line.text.charCodeAt(0);
    if (first === UPPER_U && UNLOADED_TAINTED.test(line.text)) return this.takeUnloaded(line);
    const head = first === UPPER_M ? HEAD.exec(line.text) : null;
    if (head !== null) {
      // A later list of the same report is the same list again.
      if (!this.done) this.take(line, head[0].length);
      this.more = !this.done;
      this.done = true;
      this.previous = line;
      return true;
    }
    if (!this.more || !this.goesOn(line)) {
      this.more = false;
      return false;
    }
    this.take(line, 0);
    this.previous = line;
    return true;
  }

  private takeUnloaded(line: DetailLine): boolean {
    this.more = false;
    for (const m of line.text.matchAll(TAINTED)) {
      if (this.unloadedTainted.length >= this.maxModules) break;
      const span = spanIn(line, m.index, m[0].length);
      this.unloadedTainted.push({ name: m[1] ?? '', flags: m[2] ?? '', span });
    }
    return true;
  }

  private goesOn(line: DetailLine): boolean {
    const { previous } = this;
    if (previous === null || line.text === '' || this.lastUnloaded !== null || !LIST.test(line.text))
      return false;
    return previous.text.length >= WRAPS_AT && (line.indent === 1 || !line.framed);
  }

  private take(line: DetailLine, from: number): void {
    const unloaded = UNLOADED.exec(line.text);
    this.lastUnloaded = unloaded?.[1] ?? null;
    const bracket = line.text.indexOf('[last unloaded');
    const list = bracket < 0 ? line.text : line.text.slice(0, bracket);
    MODULE.lastIndex = from;
    for (let m = MODULE.exec(list); m !== null; m = MODULE.exec(list)) {
      if (this.modules.length >= this.maxModules) return;
      const span = spanIn(line, m.index, m[0].length);
      if (this.joins(line, m.index)) {
        const last = this.modules.pop();
        const name = `${last?.name}${m[1]}`;
        this.modules.push({
          name,
          flags: m[2] ?? '',
          span: { start: last?.span.start ?? span.start, end: span.end },
        });
      } else this.modules.push({ name: m[1] ?? '', flags: m[2] ?? '', span });
    }
  }

  /** A console broke the line in the middle of a name: neither end has a blank, and no record begins here. */
  private joins(line: DetailLine, index: number): boolean {
    const { previous } = this;
    if (index > 0 || line.indent > 0 || line.framed || previous === null || this.modules.length === 0)
      return false;
    return previous.framed && /\w$/.test(previous.text);
  }
}
