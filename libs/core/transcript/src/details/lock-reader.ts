import { keepText } from '../text';
import type { DetailLine } from './detail-line';
import type { HeldLock } from './details';

// kernel/locking/lockdep.c lockdep_print_held_locks, print_lock; before 4.18 without the address.
const HELD_BY = /^\d+ locks? held by (.{1,16})\/(\d+)(?: on CPU#\d+)?[:.]/;
const ENTRY =
  /^(?:#\d+: {1,2})?(?:([0-9a-f]{8,16}) )?\((.{1,120}?)\)\{[^}]{1,16}\}(?:-\{\d+:\d+\})?, at: (?:\[<[0-9a-f]+>\] )?(?:([A-Za-z_.$][\w.$]*)\+0x|0x|0)/;
const WANTS = /^(.{1,16})\/(\d+) is trying to (?:acquire|contend|release) lock/;
const HOLDS = /^but (?:task|now in) .*already holding lock:|^and this task is already holding:/;
const CHAIN = /^-> #\d+ \((.{1,120})\)\{[^}]{1,16}\}(?:-\{\d+:\d+\})?:/;
// kernel/hung_task.c debug_show_blocker (6.16 on).
const BLOCKED =
  /^INFO: task (.{1,16}):(\d+) (?:<reader> |<writer> )?is blocked on an? ([\w-]{1,20})(?:,? (?:but the owner|likely owned by task (.{1,16}):(\d+)))?/;

const SMALL_A = 0x61;
const SMALL_B = 0x62;

/** Reads which locks are held, waited for and ordered. */
export class LockReader {
  readonly locks: HeldLock[] = [];
  private state: HeldLock['state'] = 'held';
  private task: string | null = null;
  private pid: number | null = null;
  /** A line that names locks may come. */
  private open = false;

  constructor(private readonly maxLocks: number) {}

  line(line: DetailLine): boolean {
    const { text } = line;
    const first = text.charCodeAt(0);
    if (first >= 0x31 && first <= 0x39 && this.announce(HELD_BY.exec(text), 'held')) return true;
    if (text.includes(' is trying to ') && this.announce(WANTS.exec(text), 'wanted')) return true;
    if ((first === SMALL_A || first === SMALL_B) && HOLDS.test(text)) {
      this.state = 'held';
      this.open = true;
      return true;
    }
    return this.blocked(line) || this.chained(line) || this.entry(line);
  }

  private announce(m: RegExpExecArray | null, state: HeldLock['state']): boolean {
    if (m === null) return false;
    this.task = keepText(m[1] ?? '');
    this.pid = Number(m[2]);
    this.state = state;
    this.open = true;
    return true;
  }

  private blocked(line: DetailLine): boolean {
    const m = line.text.startsWith('INFO: task ') ? BLOCKED.exec(line.text) : null;
    if (m === null) return false;
    const name = m[3] ?? '';
    const lock = { name, address: null, at: null, span: line.span };
    this.keep({ ...lock, state: 'wanted', task: keepText(m[1] ?? ''), pid: Number(m[2]) });
    if (m[4] !== undefined) this.keep({ ...lock, state: 'held', task: keepText(m[4]), pid: Number(m[5]) });
    return true;
  }

  private chained(line: DetailLine): boolean {
    const m = line.text.startsWith('-> #') ? CHAIN.exec(line.text) : null;
    if (m === null) return false;
    const name = keepText(m[1] ?? '');
    this.keep({ state: 'ordered', name, address: null, task: null, pid: null, at: null, span: line.span });
    return true;
  }

  private entry(line: DetailLine): boolean {
    const m = this.open ? ENTRY.exec(line.text) : null;
    if (m === null) return false;
    this.keep({
      state: this.state,
      name: keepText(m[2] ?? ''),
      address: m[1] === undefined ? null : BigInt(`0x${m[1]}`),
      task: this.task,
      pid: this.pid,
      at: m[3] ?? null,
      span: line.span,
    });
    return true;
  }

  private keep(lock: HeldLock): void {
    if (this.locks.length < this.maxLocks) this.locks.push(lock);
  }
}
