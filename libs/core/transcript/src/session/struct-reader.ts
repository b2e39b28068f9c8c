import { spanOf } from '../text';
import { objectOf, type CommandObject } from './command-object';
import { LayoutReader } from './layout-reader';
import type { StructDump, StructMember } from './session';
import { indentOf, wholeSpan, type SessionLine } from './session-line';
import type { SessionBudget } from './session-limits';
import { numberOf, ValueReader } from './value-reader';

const OPENS = /^\s*(?:struct|union) ([A-Za-z_]\w*) \{(.*)$/;
// gdb's print: `pool = $1 = (struct vusb_pool *) 0x…`, `$2 = {`.
const PRINTED = /^\s*(?:([^=]{1,120}?) = )?\$\d+ = /;
const MEMBER = /^\s{0,8}([A-Za-z_][\w.]*(?:\[\d+\])?) = (?=\S)/;
const SIZE = /^\s*SIZE: (0x[0-9a-f]{1,8}|\d{1,9})\s*$/;
const BARE_ADDRESS = /^\s*(?:0x)?([0-9a-f]{8}|[0-9a-f]{16})\s*$/;
const CAST = /^\((?:const )?(?:struct |union )?(\w+) \*\) ?0x/;
/** Lines inside braces that are nothing a structure holds: more of them and its end was cut off. */
const MAX_STRANGE = 4;

interface OpenDump {
  readonly type: string;
  readonly address: bigint | null;
  readonly members: StructMember[];
  readonly start: number;
  end: number;
  strange: number;
  layout: LayoutReader | null;
  readonly values: ValueReader;
  /** Neither values nor declarations have been seen. */
  fresh: boolean;
}

/** Collects members of structures: `struct`, `union`, `*type`, `p`, `list -s`, `task -R`. */
export class StructReader {
  readonly structs: StructDump[] = [];
  private object: CommandObject | null = null;
  private used = false;
  private open: OpenDump | null = null;
  private flat: OpenDump | null = null;
  private address: bigint | null = null;
  /** What `p pool` said: its value is the address of `p *pool`. */
  private readonly pointers = new Map<string, { readonly type: string; readonly address: bigint }>();

  constructor(private readonly budget: SessionBudget) {}

  /** A command begins. */
  command(text: string, verb: string | null): void {
    this.close();
    this.object = objectOf(text, verb);
    this.used = false;
    this.address = null;
  }

  get isOpen(): boolean {
    return this.open !== null;
  }

  /** @param task address of the task whose header stands above (`task -R`). */
  line(line: SessionLine, task: bigint | null): string | null {
    if (this.open !== null) return this.inside(this.open, line);
    const message = line.message;
    const first = message[indentOf(message)];
    if (first === undefined) return null;
    if (first === 's' || first === 'u') {
      const opens = OPENS.exec(message);
      if (opens) return this.begin(line, opens[1] ?? '');
    }
    if (first === 'S') return this.onSize(line);
    if (message.includes('$') && PRINTED.test(message)) return this.onPrinted(line);
    if (this.object === null) return null;
    const bare = BARE_ADDRESS.exec(message)?.[1];
    if (bare !== undefined) {
      this.closeFlat();
      this.address = BigInt(`0x${bare}`);
      return 'address';
    }
    return this.object.flat ? this.onMember(line, this.object, task) : null;
  }

  /** What is open ends here. */
  close(): void {
    if (this.open !== null) this.finish(this.open);
    this.open = null;
    this.closeFlat();
  }

  private closeFlat(): void {
    if (this.flat !== null && this.flat.members.length > 0) this.finish(this.flat);
    this.flat = null;
  }

  private create(line: SessionLine, type: string, address: bigint | null): OpenDump {
    const members: StructMember[] = [];
    const keep = (member: StructMember): void => {
      if (this.budget.take('members')) members.push(member);
    };
    const values = new ValueReader(keep);
    return {
      type,
      address,
      members,
      start: line.start,
      end: line.end,
      strange: 0,
      layout: null,
      values,
      fresh: true,
    };
  }

  private begin(line: SessionLine, type: string): string {
    this.closeFlat();
    const object = this.object;
    const own = object !== null && !this.used && object.type === type;
    const address = this.address ?? (own ? object.address : null);
    this.used = true;
    this.address = null;
    this.open = this.create(line, type, address);
    this.open.values.begin('');
    const brace = line.message.indexOf('{');
    this.open.values.line(line, brace);
    if (line.message.slice(brace + 1).trim() !== '') this.open.fresh = false;
    return this.endIfDone(this.open);
  }

  private inside(open: OpenDump, line: SessionLine): string | null {
    const message = line.message;
    if (open.fresh && message.trim() !== '') {
      open.fresh = false;
      const layout = new LayoutReader(open.address);
      if (!message.includes(' = ') && /[;{]\s*$/.test(message) && !/^\s*\{\s*$/.test(message))
        open.layout = layout;
    }
    const belongs = open.layout === null ? /[={},]|^\s*$/.test(message) : open.layout.line(line);
    if (!belongs) {
      if (++open.strange >= MAX_STRANGE) this.close();
      return null;
    }
    open.end = line.end;
    if (open.layout === null) open.values.line(line, 0);
    return this.endIfDone(open);
  }

  private endIfDone(open: OpenDump): string {
    if (open.layout === null ? open.values.done : open.layout.done) {
      this.finish(open);
      this.open = null;
    }
    return 'member';
  }

  private onPrinted(line: SessionLine): string {
    this.closeFlat();
    const m = PRINTED.exec(line.message);
    const expression = m?.[1]?.trim() ?? this.object?.type ?? '';
    const known = expression.startsWith('*') ? this.pointers.get(expression.slice(1).trim()) : undefined;
    const open = this.create(line, known?.type ?? expression, known?.address ?? null);
    const from = m?.[0].length ?? 0;
    const braces = line.message[from] === '{';
    open.values.begin(braces ? '' : expression);
    open.values.line(line, from);
    open.fresh = false;
    const value = numberOf(line.message.slice(from));
    const type = CAST.exec(line.message.slice(from))?.[1];
    if (type !== undefined && value !== null) this.pointers.set(expression, { type, address: value });
    this.open = open;
    return this.endIfDone(open);
  }

  private onMember(line: SessionLine, object: CommandObject, task: bigint | null): string | null {
    const m = MEMBER.exec(line.message);
    if (!m) return null;
    const address = this.address ?? (object.type === 'task_struct' && task !== null ? task : object.address);
    if (this.flat !== null && this.flat.address !== address) this.closeFlat();
    const flat = (this.flat ??= this.create(line, object.type, address));
    flat.values.begin(m[1] ?? '');
    flat.values.line(line, m[0].length);
    flat.end = line.end;
    flat.fresh = false;
    if (!flat.values.done) {
      this.open = flat;
      this.flat = null;
    }
    return 'member';
  }

  private onSize(line: SessionLine): string | null {
    const m = SIZE.exec(line.message);
    const last = this.structs[this.structs.length - 1];
    if (!m || !last || last.sizeBytes !== null) return null;
    this.structs[this.structs.length - 1] = {
      ...last,
      sizeBytes: Number(m[1]),
      span: spanOf(last.span.start, wholeSpan(line).end),
    };
    return 'size';
  }

  private finish(open: OpenDump): void {
    const layout = open.layout?.members.filter(() => this.budget.take('members'));
    const members = layout ?? open.members;
    if (!this.budget.take('structs')) return;
    this.structs.push({
      type: open.type,
      address: open.address,
      members,
      sizeBytes: null,
      span: spanOf(open.start, open.end),
    });
  }
}
