import type { RegisterSet, Sourced } from '@oopstream/core-transcript';
import type { Evidence, Finding } from '../analysis';
import type { CrashCase } from '../crash-case';
import { ioctlNames } from '../tables/ioctls';
import { systemCallName } from '../tables/system-calls';

/** Where a system call's number and arguments are when the kernel is entered: Documentation, `man 2 syscall`. */
interface EntryConvention {
  readonly number: string;
  readonly arguments: readonly string[];
}

const CONVENTIONS: Readonly<Record<string, EntryConvention>> = {
  x86_64: { number: 'orig_rax', arguments: ['rdi', 'rsi', 'rdx', 'r10', 'r8', 'r9'] },
  // x8 holds the number; x0 is printed as it was, unless the call has returned.
  arm64: { number: 'x8', arguments: ['x0', 'x1', 'x2', 'x3', 'x4', 'x5'] },
};

/** `_IOC` of include/uapi/asm-generic/ioctl.h: number 8 bits, type 8, size 14, direction 2. */
const DIRECTIONS = ['', 'writes', 'reads', 'reads and writes'];

/** Traps push their error code or -1 where a system call's number would stand. */
const NOT_A_CALL = 0xffff_ffff_ffff_ffffn;

/** The system call that was under way, from the registers with which user space entered the kernel. */
export function findSystemCall(crash: CrashCase): readonly Finding[] {
  const user = userRegisters(crash);
  const convention = CONVENTIONS[crash.arch];
  const number = convention === undefined ? undefined : user?.values.get(convention.number);
  if (user === null || convention === undefined || number === undefined) return [];
  if (number.value === NOT_A_CALL || number.value > 4095n) return [];
  const name = systemCallName(crash.arch, Number(number.value));
  if (name === null || !isShownByStack(crash, name)) return [];
  const evidence: Evidence[] = [{ span: number.span, note: `system call ${number.value}` }];
  const call: Finding = {
    kind: 'system-call',
    claim: `User space was in the system call ${name} (${number.value}).`,
    confidence: 'certain',
    evidence,
    confirm: null,
  };
  const request = name === 'ioctl' ? user.values.get(convention.arguments[1] ?? '') : undefined;
  return request === undefined ? [call] : [call, ioctlFinding(request, convention)];
}

function userRegisters({ details, backtrace, session }: CrashCase): RegisterSet | null {
  const logged = details.registers.filter(({ of }) => of === 'user').at(-1);
  if (logged !== undefined) return logged;
  // The seed's `bt -f` has no registers of user space, its `bt` has.
  const shown = [backtrace, ...(session?.backtraces ?? [])].filter(
    (one) => one?.pid === (backtrace?.pid ?? one?.pid),
  );
  const frames = shown.flatMap((one) => one?.frames ?? []);
  return frames.findLast(({ registers }) => registers?.of === 'user')?.registers ?? null;
}

/** Wrappers of a call: `__x64_sys_ioctl`, `__arm64_sys_ioctl`, `ksys_ioctl`, `SyS_ioctl`. */
function isShownByStack({ reading }: CrashCase, name: string): boolean {
  const wrappers = reading.frames
    .map((frame) => frame.function)
    .filter((one) => /(?:^|_)(?:sys|SyS|SYSC)_/.test(one));
  // A fault or interrupt may stand above another call's leftovers: where the stack names a call it must be this one.
  return wrappers.length === 0 || wrappers.some((one) => one.replace(/^.*?(?:sys|SyS|SYSC)_/, '') === name);
}

function ioctlFinding(request: Sourced<bigint>, convention: EntryConvention): Finding {
  const value = Number(request.value & 0xffff_ffffn);
  const names = ioctlNames(value);
  const type = (value >>> 8) & 0xff;
  const direction = DIRECTIONS[value >>> 30] ?? '';
  const letter = type > 0x20 && type < 0x7f ? `'${String.fromCharCode(type)}'` : `0x${type.toString(16)}`;
  const parts = `type ${letter}, number ${value & 0xff}`;
  const size = (value >>> 16) & 0x3fff;
  const moved = direction === '' ? '' : `, ${direction} ${size} bytes`;
  const known = names.map(({ name, header }) => `${name} (${header})`).join(' or ');
  return {
    kind: 'system-call',
    claim: `The request 0x${value.toString(16)} is ${known === '' ? 'in no user header of the kernel' : known}: ${parts}${moved}.`,
    // Drivers choose numbers freely: two may share one.
    confidence: names.length === 1 ? 'likely' : 'hint',
    evidence: [{ span: request.span, note: (convention.arguments[1] ?? '').toUpperCase() }],
    confirm: null,
  };
}
