import { readTask } from '../facts';
import { firstLetters } from '../first-letter';
import { readFrames } from '../frame-line';
import type { Frame, Reading, Span } from '../reading';
import { STACK_MARKS, STACK_ROLES } from '../tables/stack-roles';
import { keepText } from '../text';
import type { DetailLine } from './detail-line';
import type { Stack, StackRole } from './details';
import { rowsByFirst } from './rows-by-first';

export interface StackLimits {
  readonly maxStacks: number;
  readonly maxFrames: number;
}

/** Whose lines come now, from one announcement to the next. */
interface Section {
  readonly role: StackRole;
  readonly label: string | null;
  cpu: number | null;
  pid: number | null;
  comm: string | null;
  own: boolean;
}

interface StackDraft {
  readonly section: number;
  /** Role by its mark (`<IRQ>`); `null` where none stands in front. */
  readonly mark: StackRole | null;
  readonly frames: Frame[];
  span: Span;
}

const roleRows = rowsByFirst(STACK_ROLES);
/** Lines without a frame in an open stack before it counts as over. */
const REACH = 32;
const LESS = 0x3c;
const MARK = /^<(\/?)<?([#\w-]+)>?>\s*/;
const mayBeTrace = firstLetters('CBTb');
const mayBeTask = firstLetters('CUPp');
const TRACE = /^(?:Call [Tt]race|Backtrace|Trace|backtrace(?: \(crc [0-9a-f]+\))?): *$|^Call Trace$/;
/** What stands behind the crash's own stack and is none. */
const CLOSES =
  /^(?:Modules linked in:|Code: |Instruction dump:|---\[ end|={30}|Memory state around|The buggy address|The existing dependency|RIP: [0-9a-f]{2}[0-9a-f][37]:|Kernel Offset:|Krnl Code:|Last Breaking-Event)/;
/** arch/s390/kernel/dumpstack.c show_last_breaking_event: one place, printed like a frame. */
const ASIDE = /^Last Breaking-Event-Address:/;
/** Belong to somebody else unless the reading took its own frames from them. */
const OTHERS = new Set<StackRole>(['other-cpu', 'other-task', 'repeated']);

type Who = Pick<Section, 'cpu' | 'pid' | 'comm'>;

function whoOf({ cpu, pid, comm }: Partial<Record<string, string>>): Who {
  return {
    cpu: cpu === undefined ? null : Number(cpu),
    pid: pid === undefined ? null : Number(pid),
    comm: comm === undefined ? null : keepText(comm),
  };
}

/** Keeps the stacks of a report apart: by who is announced and by the stack marks between frames. */
export class StackReader {
  private readonly sections: Section[];
  private readonly drafts: StackDraft[] = [];
  /** Frames of the reading by the start of their line; `null` for a line that shows several. */
  private readonly ownFrames = new Map<number, Frame | null>();
  private open = false;
  private strange = 0;
  /** The next line names a place, and the one at hand does. */
  private asideNext = false;
  private aside = false;
  private mark: StackRole | null = null;
  private draft: StackDraft | null = null;
  /** Frames of the section at hand. */
  private seen = 0;

  constructor(
    reading: Reading,
    private readonly limits: StackLimits,
  ) {
    for (const frame of reading.frames) {
      const { start } = frame.span;
      this.ownFrames.set(start, this.ownFrames.has(start) || reading.arch === 'arm' ? null : frame);
    }
    this.sections = [
      {
        role: 'task',
        label: null,
        cpu: reading.cpu,
        pid: reading.pid,
        comm: reading.comm,
        own: true,
      },
    ];
  }

  get section(): number {
    return this.sections.length - 1;
  }

  /** Frames of the section at hand were read already. */
  get inTrace(): boolean {
    return this.seen > 0;
  }

  /** The section shows the crash itself, and not another CPU or task. */
  isOwn(section: number): boolean {
    const found = this.sections[section];
    return found !== undefined && (!OTHERS.has(found.role) || found.own);
  }

  /** @returns whether the line was a frame, a mark or an announcement. */
  line(line: DetailLine): boolean {
    const { text } = line;
    this.aside = this.asideNext;
    this.asideNext = text.startsWith('Last ') && ASIDE.test(text);
    if (text === '') {
      if (this.current.role !== 'task') this.close();
      return false;
    }
    return this.announce(line) || this.onTask(line) || this.onFrame(line) || this.onOther(text);
  }

  private get current(): Section {
    return this.sections[this.section] as Section;
  }

  private announce(line: DetailLine): boolean {
    const { text } = line;
    if (mayBeTrace(text) && TRACE.test(text)) {
      // A report prints its own stack once; panic() prints it again.
      if (this.seen > 0) this.start('repeated', text, { cpu: null, pid: null, comm: null });
      this.open = true;
      this.strange = 0;
      return true;
    }
    // Most lines are frames: none of the announcements holds what each frame does.
    if (text.includes('+0x') && !text.includes(' in ')) return false;
    for (const row of roleRows(text)) {
      const m = row.match.exec(text);
      if (m === null) continue;
      const who = whoOf(m.groups ?? {});
      // `Task dump for CPU 1:` is followed by the line of the task.
      if (row.role === 'other-task' && this.seen === 0 && this.current.role === 'other-cpu') {
        Object.assign(this.current, { pid: who.pid, comm: who.comm });
        return true;
      }
      this.start(row.role, text, who);
      this.open = row.frames;
      return true;
    }
    return false;
  }

  /** `CPU: 2 PID: 1 Comm: x`: says who the section is, or that a second one introduces itself. */
  private onTask({ text }: DetailLine): boolean {
    const task = mayBeTask(text) ? readTask(text) : null;
    if (task === null) return false;
    const { current } = this;
    const comm = task.comm === null ? null : keepText(task.comm);
    if (this.seen > 0) {
      const same = current.pid === task.pid && (current.cpu === task.cpu || task.cpu === null);
      this.start(same ? 'repeated' : 'other-cpu', null, { cpu: task.cpu, pid: task.pid, comm });
      return true;
    }
    current.cpu ??= task.cpu;
    current.pid ??= task.pid;
    current.comm ??= comm;
    return true;
  }

  private start(role: StackRole, label: string | null, who: Who): void {
    this.close();
    this.seen = 0;
    this.sections.push({ role, label: label === null ? null : keepText(label), ...who, own: false });
  }

  private close(): void {
    this.open = false;
    this.draft = null;
    this.mark = null;
    this.strange = 0;
  }

  private onFrame(line: DetailLine): boolean {
    const rest = this.takeMarks(line.text);
    const own = this.ownFrames.has(line.span.start) && !this.aside;
    if (!this.open && !own) return rest !== line.text;
    const frames = this.framesOf(line);
    if (frames.length === 0) return rest !== line.text;
    this.open = true;
    this.strange = 0;
    this.seen++;
    if (own) this.current.own = true;
    this.keep(frames, line.span);
    return true;
  }

  /** The reading's own, where it has the line's only one: it is the same text. */
  private framesOf({ message, text, span }: DetailLine): readonly Frame[] {
    const known = this.ownFrames.get(span.start);
    return known != null && known.span.end === span.end && text.includes(`${known.function}+0x`)
      ? [known]
      : readFrames(message, span.start, span.end);
  }

  /** @returns what stands behind the marks. */
  private takeMarks(text: string): string {
    let rest = text;
    if (text.charCodeAt(0) !== LESS) return text;
    for (let m = MARK.exec(rest); m !== null; m = MARK.exec(rest)) {
      const role = STACK_MARKS.find((row) => row.match.test(m?.[2] ?? ''))?.role;
      if (role === undefined) return rest;
      this.mark = m[1] === '/' || role === 'task' ? null : role;
      this.draft = null;
      rest = rest.slice(m[0].length);
    }
    return rest;
  }

  private keep(frames: readonly Frame[], span: Span): void {
    if (this.draft === null) {
      if (this.drafts.length >= this.limits.maxStacks) return;
      this.draft = { section: this.section, mark: this.mark, frames: [], span };
      this.drafts.push(this.draft);
    }
    const { draft } = this;
    for (const frame of frames) {
      // Each ARM line names the caller again that the line before it named.
      const last = draft.frames[draft.frames.length - 1];
      if (frames.length === 2 && frame === frames[0] && last?.function === frame.function) continue;
      // The ends of a stack say most: the middle gives way.
      if (draft.frames.length >= this.limits.maxFrames) draft.frames.splice(this.limits.maxFrames >> 1, 1);
      draft.frames.push(frame);
    }
    draft.span = { start: draft.span.start, end: span.end };
  }

  private onOther(text: string): boolean {
    if (!this.open) return false;
    if (CLOSES.test(text) || ++this.strange > REACH) this.close();
    return false;
  }

  finish(): Stack[] {
    return this.drafts.map(({ section, mark, frames, span }) => {
      const { role, label, cpu, pid, comm, own } = this.sections[section] as Section;
      const announced = own && OTHERS.has(role) ? 'task' : role;
      return {
        role: announced === 'task' ? (mark ?? 'task') : announced,
        label,
        cpu,
        pid,
        comm,
        frames,
        span,
      };
    });
  }
}
