import type { StructMember } from './session';
import { partSpan, type SessionLine } from './session-line';

const DECLARATION = /^\s*(?:\[(0x[0-9a-f]{1,16}|[0-9a-f]{1,16})\]\s*)?(\S.*?);\s*$/;
const NAME =
  /(?:\(\*+ ?([A-Za-z_]\w*)(?:\[[^\]]*\])*\)|([A-Za-z_]\w*)(?:\[[^\]]*\])*(?:\s*:\s*\d+)?)(?:\(.*\))?$/;
const OPENS = /^\s*(?:\[[0-9a-fx]{1,18}\]\s*)?(?:(?:const|volatile) )?(?:struct|union|enum)(?: \w+)? \{\s*$/;
const CLOSES = /^\s*\}(?: ?([\w[\]* ]*?))?;?\s*$/;
const MAX_DEPTH = 64;

/** Reads a type's layout as `struct NAME` and `struct -o NAME` print it: C declarations with or without offsets. */
export class LayoutReader {
  readonly members: StructMember[] = [];
  /** Where the members of each open inner structure begin. */
  private readonly inner: number[] = [];
  done = false;

  /** @param base address of the object, which `struct -o NAME ADDRESS` adds to the offsets. */
  constructor(private readonly base: bigint | null) {}

  /** @returns whether the line belongs to a layout. */
  line(line: SessionLine): boolean {
    const message = line.message;
    if (OPENS.test(message)) {
      if (this.inner.length < MAX_DEPTH) this.inner.push(this.members.length);
      return true;
    }
    const closes = CLOSES.exec(message);
    if (closes) return this.close(closes[1]);
    const m = DECLARATION.exec(message);
    if (!m) return false;
    const text = m[2] ?? '';
    const name = NAME.exec(text);
    const path = name?.[1] ?? name?.[2];
    if (path === undefined) return false;
    const span = partSpan(line, message.indexOf(text), text.length);
    this.members.push({ path, offset: this.offsetOf(m[1]), text, value: null, span });
    return true;
  }

  private offsetOf(printed: string | undefined): number | null {
    if (printed === undefined) return null;
    const address = /^[0-9a-f]{8,16}$/.test(printed);
    if (address) {
      const base = this.base;
      return base === null ? null : safe(BigInt(`0x${printed}`) - base);
    }
    return safe(BigInt(/^(?:0x[0-9a-f]+|\d+)$/.test(printed) ? printed : `0x${printed}`));
  }

  private close(name: string | undefined): boolean {
    const from = this.inner.pop();
    if (from === undefined) {
      this.done = true;
      return true;
    }
    const prefix = /([A-Za-z_]\w*)(?:\[\w*\])*\s*$/.exec(name ?? '')?.[1];
    if (prefix === undefined) return true;
    for (let i = from; i < this.members.length; i++) {
      const member = this.members[i];
      if (member) this.members[i] = { ...member, path: `${prefix}.${member.path}` };
    }
    return true;
  }
}

function safe(offset: bigint): number | null {
  return offset >= 0n && offset <= 0xffffffffn ? Number(offset) : null;
}
