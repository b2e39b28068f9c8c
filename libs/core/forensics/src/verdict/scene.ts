import { findSuspect, generalLine, type Suspect } from '@oopstream/core-signature';
import type { Finding, HardwareLikelihood } from '../analysis';
import type { CrashCase } from '../crash-case';
import type { TrapReason, TrapReasonSlug } from '../instruction/trap-context';
import { operandAddresses } from '../instruction/effective-address';
import { isDataKind, readValue, type ValueReading } from '../values';
import { walksFreeObjects } from './allocator-frames';

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
  /** The instruction is not known: `badValues` are registers that could not be addresses, not the one that was followed. */
  readonly isGuessed: boolean;
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
  const { reasons } = crash.insight;
  const followed = collectBadValues(crash, reasons);
  const fault = reading.fault?.ofCrash === true ? bareName(reading.fault.function) : null;
  return {
    crash,
    findings,
    hardware,
    headline: reading.headline ?? session?.banner.get('PANIC')?.value.replaceAll('"', '') ?? '',
    reasons,
    fault,
    faultModule: reading.fault?.ofCrash === true ? reading.fault.module : null,
    inAllocator: fault !== null && walksFreeObjects(fault),
    blamed: findSuspect(reading),
    badValues: followed.length > 0 ? followed : guessBadValues(crash),
    isGuessed: followed.length === 0,
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
  for (const value of accessedAddresses(crash))
    if (![...found.values()].includes(value)) found.set('address', value);
  return [...found].map(([name, value]) => ({ name, value, readings: readValue(value, crash.values) }));
}

/** Traps other than page faults of which the address register speaks. */
const TELLS_ADDRESS = /access|align|address|domain|abort|data/;

/** The address that failed, by the processor or by KASAN. */
function accessedAddresses(crash: CrashCase): bigint[] {
  const { details, reading } = crash;
  const { faultAddress, accessRange, object } = details;
  const addresses: bigint[] = [];
  const speaks =
    reading.kind !== 'trap-other' ||
    TELLS_ADDRESS.test(`${reading.exception ?? ''} ${reading.headline ?? ''}`);
  if (faultAddress?.trusted === true && speaks) addresses.push(faultAddress.value);
  if (accessRange !== null) addresses.push(accessRange.value.low);
  else addresses.push(...shadowedAddresses(crash));
  if (/^kasan-(?:wild-access|null-ptr-deref)$/.test(reading.kind) && object?.accessAddress != null)
    addresses.push(object.accessAddress);
  return addresses;
}

/** Inline KASAN traps at the shadow of the bad address (mm/kasan/kasan.h kasan_mem_to_shadow): the address it stands for. */
function shadowedAddresses({ context, reading, values }: CrashCase): bigint[] {
  if (reading.kind !== 'general-protection') return [];
  return operandAddresses(context).flatMap(({ address }) => {
    const shadow = address === null ? [] : readValue(address, values);
    return shadow.flatMap(({ kind, details }) =>
      kind === 'kasan-shadow' && details.target !== undefined ? [details.target] : [],
    );
  });
}

/** Bits of evidence that a register must carry to be told without knowing whether it was followed. */
const GUESS_BITS = 30;
const GENERAL = /^(?:r(?:[abcd]x|[sd]i|bp|[0-9]+)|e(?:[abcd]x|[sd]i|bp)|x\d+|\$\d+|[ast]\d+)$/;

/**
 * Without the instruction: registers whose values stand out so much that one of them is most likely it. Only of traps
 * that addresses of a valid form do not raise: constants such as LIST_POISON1 stand in registers of good code as well.
 */
function guessBadValues(crash: CrashCase): readonly BadValue[] {
  if (crash.instruction !== null || !/^(?:general-protection|stack-segment)$/.test(crash.reading.kind))
    return [];
  const found: BadValue[] = [];
  for (const [name, value] of crash.context.registers) {
    if (!GENERAL.test(name) || value <= 0xffffn) continue;
    const readings = readValue(value, crash.values);
    const [best] = readings.filter(({ kind }) => kind !== 'non-canonical');
    const stands =
      best === undefined
        ? readings.length > 0
        : /^poison/.test(best.kind) || (isDataKind(best.kind) && best.weightBits >= GUESS_BITS);
    if (stands) found.push({ name, value, readings });
  }
  return found;
}

/** Where no reason could be given: the registers that the instruction's addresses are made of. */
function operandRegisters({ instruction, reading }: CrashCase): string[] {
  if (!/^(?:paging-request|general-protection|stack-segment)$/.test(reading.kind)) return [];
  const memory = instruction?.decoded.memory.filter(({ access }) => access !== 'address') ?? [];
  return memory.flatMap(({ base, index }) =>
    [base, index].flatMap((name) => (name === null ? [] : `register:${name}`)),
  );
}

const BAD_POINTER = /^(?:null-ptr-deref|paging-request|general-protection|stack-segment|trap-other)$/;

/** Reports of an address that could not be used. */
export const isBadPointer = ({ crash }: Scene): boolean => BAD_POINTER.test(crash.reading.kind);

export const hasReason = ({ reasons }: Scene, ...slugs: readonly TrapReasonSlug[]): boolean =>
  reasons.some(({ slug }) => slugs.includes(slug));

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
