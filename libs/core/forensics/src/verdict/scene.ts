import { allocatorLine, findSuspect, generalLine, type Suspect } from '@oopstream/core-signature';
import type { Finding, HardwareLikelihood } from '../analysis';
import type { CrashCase } from '../crash-case';
import type { TrapReason } from '../instruction/trap-context';
import { explainTrap } from '../instruction/why-trap';
import { readValue, type ValueReading } from '../values';

/** A value that was used as an address where it trapped. */
export interface BadValue {
  /** Register name; `address` where only the address that failed is known. */
  readonly name: string;
  readonly value: bigint;
  /** Best first. */
  readonly readings: readonly ValueReading[];
}

/** One crash as the rules see it: what several of them ask for, worked out once. */
export interface Scene {
  readonly crash: CrashCase;
  readonly findings: readonly Finding[];
  readonly hardware: HardwareLikelihood;
  /** The kernel's own line; crash(8)'s `PANIC:` where the log is not in the text; `''` where neither is. */
  readonly headline: string;
  readonly reasons: readonly TrapReason[];
  /** Function at the instruction pointer, without compiler suffix; `null` where it is not the crash's own. */
  readonly fault: string | null;
  readonly faultModule: string | null;
  /** It trapped in the kernel's own allocators, or in one that a driver calls so. */
  readonly inAllocator: boolean;
  /** Who a maintainer would ask first, by the signature's rules. */
  readonly blamed: Suspect | null;
  readonly badValues: readonly BadValue[];
}

const SUFFIX = /\.(?:isra|constprop|part|cold|llvm|lto_priv).*$/;
/** Reasons in which a register's value, taken as an address, is what went wrong. */
const OF_ADDRESS =
  /^(?:stack-segment-non-canonical|non-canonical(?:-target)?|user-address|smap|smep|pan|no-execute|fetch-unmapped|unmapped|write-protected|small-address|error-pointer|unaligned)$/;

export const bareName = (name: string): string => name.replace(SUFFIX, '');

export function setScene(
  crash: CrashCase,
  findings: readonly Finding[],
  hardware: HardwareLikelihood,
): Scene {
  const { reading, session } = crash;
  const reasons = explainTrap(crash.context);
  const fault = reading.fault?.ofCrash === true ? bareName(reading.fault.function) : null;
  return {
    crash,
    findings,
    hardware,
    headline: reading.headline ?? session?.banner.get('PANIC')?.value.replaceAll('"', '') ?? '',
    reasons,
    fault,
    faultModule: reading.fault?.ofCrash === true ? reading.fault.module : null,
    inAllocator: fault !== null && allocatorLine(fault) !== null,
    blamed: findSuspect(reading),
    badValues: collectBadValues(crash, reasons),
  };
}

function collectBadValues(crash: CrashCase, reasons: readonly TrapReason[]): readonly BadValue[] {
  const found = new Map<string, bigint>();
  const names = reasons.filter(({ slug }) => OF_ADDRESS.test(slug)).flatMap(({ uses }) => uses);
  for (const use of names.length > 0 ? names : operandRegisters(crash)) {
    const name = use.slice('register:'.length);
    const value = use.startsWith('register:') ? crash.context.registers.get(name) : undefined;
    if (value !== undefined && value > 0xffffn && !/flags/.test(name)) found.set(name, value);
  }
  const { faultAddress } = crash.details;
  if (faultAddress?.trusted === true && ![...found.values()].includes(faultAddress.value))
    found.set('address', faultAddress.value);
  return [...found].map(([name, value]) => ({ name, value, readings: readValue(value, crash.values) }));
}

/** Where no reason could be given: the registers that the instruction's addresses are made of. */
function operandRegisters({ instruction, reading }: CrashCase): string[] {
  if (!/^(?:paging-request|general-protection|stack-segment)$/.test(reading.kind)) return [];
  const memory = instruction?.decoded.memory.filter(({ access }) => access !== 'address') ?? [];
  return memory.flatMap(({ base, index }) =>
    [base, index].flatMap((name) => (name === null ? [] : `register:${name}`)),
  );
}

/** Whether the text names a function in the crash's own stack, or at the instruction pointer. */
export function hasFrame({ crash, fault }: Scene, match: RegExp): boolean {
  if (fault !== null && match.test(fault)) return true;
  return crash.reading.frames.some(({ function: name, reliable }) => reliable && match.test(bareName(name)));
}

/** The first function of a stack that is not the way to the report nor called by everybody. */
export function ownFrame(
  frames: readonly {
    readonly function: string;
    readonly module: string | null;
    readonly reliable: boolean;
  }[],
): { readonly name: string; readonly module: string | null } | null {
  const own = frames.find(({ function: name, reliable }) => reliable && generalLine(name) === null);
  return own === undefined ? null : { name: bareName(own.function), module: own.module };
}
