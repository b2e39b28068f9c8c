import type { Line } from './framing';
import type { FaultLocation, Frame } from './reading';
import type { FrameText } from './session/frame-line';
import { CRASH8_KINDS, TRAPS, type TrapRow } from './tables/crash8-kinds';
import { spanOf } from './text';

/** One backtrace as crash(8) printed it. */
export interface Block {
  readonly line: Line;
  end: number;
  pid: number | null;
  cpu: number | null;
  comm: string | null;
  /** Address of the task structure: the same task's backtrace printed again has the same. */
  task: string | null;
  readonly frames: Frame[];
  /** Stack addresses beside the frames. */
  readonly stack: string[];
  /** Frames that have been looked up by their stack address. */
  indexed: number;
  /** `(via page_fault)` of 32-bit entries, by frame. */
  readonly via: Map<number, string>;
  /** Kernel-mode exception frames: after which frame, and where. */
  readonly exceptions: { after: number; fault: FaultLocation }[];
  /** Instruction pointer of a register dump whose symbol is printed below it (ppc64). */
  pointer: string | null;
  lastNumber: number;
}

export function openBlock(line: Line): Block {
  return {
    line,
    end: line.end,
    pid: null,
    cpu: null,
    comm: null,
    task: null,
    frames: [],
    stack: [],
    indexed: 0,
    via: new Map(),
    exceptions: [],
    pointer: null,
    lastNumber: -1,
  };
}

/** Frame as the reading keeps it. */
export function frameOf(text: FrameText, line: Line): Frame {
  return {
    function: text.function,
    offset: text.offset,
    size: null,
    module: text.module,
    reliable: true,
    inline: false,
    source: null,
    address: text.address,
    span: spanOf(line.start, line.end),
  };
}

const INTERRUPT =
  /^(?:asm_)?sysvec_|^(?:apic_timer|smp_apic_timer|reschedule|call_function)\w*_interrupt$|^common_interrupt$|^ret_from_intr$|^do_IRQ$|^el1h?_(?:64_)?irq$|^(?:end_repeat_)?nmi$|^asm_exc_nmi$/;

export function trapOf(name: string): TrapRow | null {
  return TRAPS.find((row) => row.match.test(name)) ?? null;
}

export interface Diagnosis {
  readonly kind: string;
  readonly exception: string | null;
  /** Frame at which the interrupted code begins; 0 when no exception stands in the trace. */
  readonly from: number;
  readonly fault: FaultLocation | null;
  /** The task brought the machine down. */
  readonly crashed: boolean;
}

const CRASHING =
  /^(?:machine_kexec|__crash_kexec|crash_kexec|crash_nmi_kexec|xen_machine_kexec|oops_end|die|panic|__die|disk_dump|start_disk_dump|try_crashdump|netconsole_netdump|lkcd_)/;
const STOPPED =
  /^(?:crash_nmi_callback|stop_this_cpu|crash_ipi_callback|ipi_cpu_crash_stop|machine_crash_nonpanic_core|smp_ipi_nmi_callback)/;
const STALLED = new Set(['soft-lockup', 'hard-lockup', 'rcu-stall']);

/** Reads off a backtrace what kind of crash it shows and where it happened. */
export function diagnose(
  block: Block,
  resolve: (address: string) => { function: string; offset: number } | null,
): Diagnosis {
  const names = block.frames.map((frame) => frame.function);
  const crashed = names.some((name) => CRASHING.test(name)) && !names.some((name) => STOPPED.test(name));
  const trap = findTrap(block, names);
  const above = trap ? names.slice(0, trap.index + 1) : names;
  const faultName = trap ? (block.exceptions[0]?.fault.function ?? names[trap.index + 1] ?? '') : '';
  const row = CRASH8_KINDS.find(
    (candidate) =>
      (above.some((name) => candidate.match.test(name)) || candidate.match.test(faultName)) &&
      (candidate.needs === undefined || names.some((name) => candidate.needs?.test(name))),
  );
  let kind = row?.kind ?? trap?.row.kind ?? null;
  if (kind === 'bug' && trap && trap.row.kind !== 'bug') kind = trap.row.kind;
  if (kind === null) kind = names.includes('panic') ? 'panic-other' : crashed ? 'unknown' : 'backtrace';
  if (!crashed && kind !== 'backtrace' && !trap) kind = 'backtrace';
  const from = trap ? trap.index + 1 : 0;
  return {
    kind,
    exception: trap?.row.exception ?? null,
    from,
    fault: locate(block, trap?.index ?? null, kind, resolve),
    crashed: crashed || (trap !== null && kind !== 'backtrace'),
  };
}

/** arm64 enters every exception of the kernel the same way: the handler above it (`el1_dbg`, `el1_undef`) says which. */
const COMMON_ENTRY = /^el1(?:h_64)?_sync$/;

function findTrap(block: Block, names: readonly string[]): { index: number; row: TrapRow } | null {
  let found: { index: number; row: TrapRow } | null = null;
  for (let i = 0; i < names.length; i++) {
    const via = block.via.get(i);
    const row = trapOf(via ?? names[i] ?? '');
    if (row) {
      // The handler (`do_stack_segment`) stands above the entry (`stack_segment`): the entry is what counts.
      if (found && i - found.index > 3) break;
      found = { index: i, row: found !== null && COMMON_ENTRY.test(names[i] ?? '') ? found.row : row };
      if (block.exceptions.some((e) => e.after === i)) break;
    } else if (found && !/^(?:do_|__|exc_|bad_|no_|trace_|el1h?_)/.test(names[i] ?? '')) break;
  }
  if (!found) return null;
  const after = found.index;
  const kernel = names.length > after + 1 || block.exceptions.some((e) => e.after === after);
  return kernel ? found : null;
}

function locate(
  block: Block,
  trapIndex: number | null,
  kind: string,
  resolve: (address: string) => { function: string; offset: number } | null,
): FaultLocation | null {
  if (trapIndex !== null) {
    const shown = block.exceptions.find((e) => e.after === trapIndex);
    return shown ? shown.fault : interrupted(block, trapIndex + 1, resolve);
  }
  if (!STALLED.has(kind)) return null;
  const shown = block.exceptions[0];
  if (shown) return shown.fault;
  for (let i = block.frames.length - 2; i >= 0; i--) {
    if (INTERRUPT.test(block.frames[i]?.function ?? '')) return interrupted(block, i + 1, resolve);
  }
  return null;
}

/** Without an exception frame, the frame below the entry stands at the interrupted instruction itself. */
function interrupted(
  block: Block,
  index: number,
  resolve: (address: string) => { function: string; offset: number } | null,
): FaultLocation | null {
  const frame = block.frames[index];
  if (!frame) return null;
  const place = frame.address === null ? null : resolve(frame.address);
  return {
    function: frame.function,
    offset: frame.offset ?? (place?.function === frame.function ? place.offset : null),
    module: frame.module,
    address: frame.address,
    ofCrash: true,
  };
}
