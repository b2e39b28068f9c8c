import {
  DEFAULT_DETAIL_LIMITS,
  readDetails,
  type CrashDetails,
  type DetailLimits,
  type Reading,
  type Sourced,
  type Span,
} from '@oopstream/core-transcript';

/** Control characters between the digits move them: only texts without any can be held to the letter. */
function holdsControl(text: string): boolean {
  return Array.from(text).some((letter) => letter < ' ' && letter !== '\n' && letter !== '\t');
}

/** @returns the law that the details of a reading break, and how; `null` when all hold. Throws what the reader throws. */
export function brokenDetails(
  bytes: Uint8Array,
  reading: Reading,
  limits: DetailLimits = DEFAULT_DETAIL_LIMITS,
): string | null {
  const details = readDetails(bytes, reading, limits);
  return tooMany(details, limits) ?? misplaced(details, bytes);
}

function tooMany(details: CrashDetails, limits: DetailLimits): string | null {
  const counts: readonly (readonly [string, number, number])[] = [
    ['register sets', details.registers.length, limits.maxRegisterSets],
    ['stacks', details.stacks.length, limits.maxStacks],
    ['frames', Math.max(0, ...details.stacks.map(({ frames }) => frames.length)), limits.maxFrames],
    ['modules', details.modules.length, limits.maxModules],
    ['stack words', details.stackWords.length, limits.maxStackWords],
    ['dumps', details.dumps.length, limits.maxDumps],
    ['locks', details.locks.length, limits.maxLocks],
    ['hardware records', details.hardwareRecords.length, limits.maxHardwareRecords],
  ];
  const broken = counts.find(([, count, most]) => count > most);
  return broken ? `${broken[1]} ${broken[0]}` : null;
}

/** Values with the digits that say them. */
function numbersOf(details: CrashDetails): (readonly [string, Sourced<bigint>])[] {
  const { faultAddress, trapCode } = details;
  return [
    ...details.registers.flatMap(({ values }) => [...values]),
    ...details.stackWords.map((word) => ['stack word', word] as const),
    ...details.pageTable.map((entry) => [entry.level, entry] as const),
    ...(faultAddress ? [['fault address', faultAddress] as const] : []),
    ...(trapCode ? [['trap code', trapCode] as const] : []),
  ];
}

function spansOf(details: CrashDetails): (Span | undefined)[] {
  const { code, object, page, accessRange, kernelOffset, boot } = details;
  const lists = [
    details.registers,
    details.stacks,
    details.modules,
    details.unloadedTainted,
    details.dumps,
    details.locks,
    details.hardwareRecords,
  ];
  const facts = [boot.version, boot.commandLine, boot.hypervisor, boot.dmi, boot.bootId, boot.clock];
  return [...lists.flat(), ...facts, code, object, page, accessRange, kernelOffset].map((one) => one?.span);
}

function misplaced(details: CrashDetails, bytes: Uint8Array): string | null {
  const inside = ({ start, end }: Span) => 0 <= start && start <= end && end <= bytes.length;
  const textAt = ({ start, end }: Span) => Buffer.from(bytes.subarray(start, end)).toString('latin1');
  const outside = spansOf(details).find((span) => span !== undefined && !inside(span));
  if (outside) return `span outside of the text: ${JSON.stringify(outside)}`;
  for (const [name, { value, span }] of numbersOf(details)) {
    if (!inside(span)) return `${name} outside of the text`;
    const text = textAt(span);
    if (!holdsControl(text) && (!/^[0-9a-f]+$/.test(text) || BigInt(`0x${text}`) !== value))
      return `${name} is not ${JSON.stringify(text.slice(0, 40))}`;
  }
  for (const { name, span } of details.modules) {
    const text = textAt(span);
    if (!text.includes('\n') && !holdsControl(text) && !text.startsWith(name))
      return `module ${name} is not ${text}`;
  }
  return null;
}
