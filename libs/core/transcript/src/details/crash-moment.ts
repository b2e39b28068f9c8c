import { instantOfDate } from '../crash8-banner';
import type { CrashMoment, Reading } from '../reading';
import type { Session } from '../session/session';
import type { CrashDetails, RegisterSet } from './details';

/** A report and a dump show a few sets of the crash itself; those of other tasks add nothing. */
const MAX_STATES = 8;
/** Frames of a stack that make a state. */
const STACK_FRAMES = 4;
/** Fewer registers than that do not make a state. */
const MIN_REGISTERS = 12;
/** Not the state of a task: selectors, flags, control registers, and what only some printers show. */
const ASIDE = /^(?:[re]?ip|[re]?flags|[c-gs]s|[fg]s_base|cr\d|dr\d|orig_|pc$|pstate$|cpsr$)/;
/** What x86-64 printers agree on; sets of other machines are folded as they are printed. */
const X86_64 = 'rax rbx rcx rdx rsi rdi rbp r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');

/** @returns `null` where the text tells nothing of the moment */
export function readMoment(
  reading: Reading,
  { boot, registers }: Pick<CrashDetails, 'boot' | 'registers'>,
  session: Session | null,
): CrashMoment | null {
  // What crash(8) prints is the state of the whole machine when it died.
  const ofDump = reading.fatal && session !== null ? dumpOf(session) : null;
  const states = [...registers.flatMap((set) => stateOf(set) ?? []), ...(ofDump?.states ?? [])];
  const moment: CrashMoment = {
    bootedAtMs: bootTime(boot.clock?.value ?? null, reading.uptimeSeconds) ?? ofDump?.bootedAtMs ?? null,
    uptimeSeconds: reading.uptimeSeconds === null ? (ofDump?.uptimeSeconds ?? null) : null,
    machineStates: [...new Set(states)].slice(0, MAX_STATES),
  };
  const isEmpty =
    moment.bootedAtMs === null && moment.uptimeSeconds === null && moment.machineStates.length === 0;
  return isEmpty ? null : moment;
}

/** A clock that was read after the crash is another boot's. */
function bootTime(
  clock: { readonly atMs: number; readonly uptimeSeconds: number } | null,
  uptimeSeconds: number | null,
): number | null {
  if (clock === null || uptimeSeconds === null || clock.uptimeSeconds > uptimeSeconds) return null;
  return Math.round(clock.atMs - clock.uptimeSeconds * 1000);
}

interface Dump {
  readonly bootedAtMs: number | null;
  readonly uptimeSeconds: number | null;
  readonly states: readonly string[];
}

function dumpOf(session: Session): Dump {
  const atMs = instantOfDate(session.banner.get('DATE')?.value ?? '');
  const uptimeSeconds = secondsOf(session.banner.get('UPTIME')?.value ?? '');
  const states = session.backtraces.flatMap((one) => [
    ...[...one.frames, ...one.exceptionFrames].flatMap(({ registers }) =>
      registers === null ? [] : (stateOf(registers) ?? []),
    ),
    ...(stackStateOf(one) ?? []),
  ]);
  const bootedAtMs = atMs === null || uptimeSeconds === null ? null : atMs - uptimeSeconds * 1000;
  return { bootedAtMs, uptimeSeconds, states };
}

// crash(8) kernel.c get_uptime: `12 days, 00:00:08`.
const UPTIME = /^(?:(\d{1,5}) days?, )?(\d{1,2}):(\d\d):(\d\d)$/;

/** @returns seconds of an `UPTIME:`; `null` for what is none */
function secondsOf(uptime: string): number | null {
  const m = UPTIME.exec(uptime.trim());
  if (m === null) return null;
  return Number(m[1] ?? 0) * 86_400 + Number(m[2]) * 3600 + Number(m[3]) * 60 + Number(m[4]);
}

function stateOf({ values }: RegisterSet): string | null {
  const stack = values.get('rsp') ?? values.get('sp') ?? values.get('esp');
  if (stack === undefined) return null;
  const names = values.has('rax') ? X86_64 : [...values.keys()].filter((name) => !ASIDE.test(name)).sort();
  const folded = names.flatMap((name) => values.get(name)?.value ?? []);
  if (folded.length < Math.min(MIN_REGISTERS, names.length) || folded.length < MIN_REGISTERS) return null;
  if (![stack.value, ...folded].some(isRandom)) return null;
  const text = names.map((name) => `${name}=${values.get(name)?.value.toString(16) ?? ''}`).join(' ');
  return `${stack.value.toString(16)}-${checkSum(text)}`;
}

/** Where the first frames of a stack lie and return to: what is left of a thread of which crash(8) has no registers. */
function stackStateOf({ kind, frames }: Session['backtraces'][number]): string[] | null {
  const first = frames.slice(0, STACK_FRAMES);
  const places = first.flatMap(({ stackPointer, address }) =>
    stackPointer === null || address === null ? [] : [[stackPointer, address] as const],
  );
  const [top] = places;
  if (kind !== 'frames' || top === undefined || places.length < STACK_FRAMES) return null;
  if (!places.flat().some(isRandom)) return null;
  const text = places.map((pair) => pair.map((one) => one.toString(16)).join(' ')).join(', ');
  return [`${top[0].toString(16)}-${checkSum(text)}`];
}

/** Where kernels are loaded at random, and programs have stacks and libraries; smaller numbers are often sizes and flags. */
const ADDRESS = /^(?:ffff|0000(?:5|7|ffff))/;
/**
 * Places that are the same at each boot of a kernel not loaded at random: direct map, image, modules, stacks, page
 * structures and entry area of x86-64, direct map and image of arm64; small negative numbers; programs without randomness.
 */
const FIXED =
  /^(?:ffffc900|ffff888|ffff8800|ffffffff8[0-3]|ffffffffc0|ffffea00|fffffe|ffff0000|ffff8000|ffffffffffff|00007ffffff|0000555555|0000ffffff)/;

/** Whether an address differs from boot to boot. */
function isRandom(value: bigint): boolean {
  const digits = value.toString(16).padStart(16, '0');
  return ADDRESS.test(digits) && !FIXED.test(digits);
}

/** FNV-1a of 64 bits: to tell states apart, not to guard them. */
function checkSum(text: string): string {
  let sum = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at += 1)
    sum = BigInt.asUintN(64, (sum ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  return sum.toString(16).padStart(16, '0');
}
