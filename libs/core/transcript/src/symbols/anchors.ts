/** A line that has both a name and its address: it tells how far the kernel was moved from where the map has it. */
export interface Anchor {
  readonly name: string;
  readonly module: string | null;
  /** Bytes into the function; `null` where only the function is known. */
  readonly offset: number | null;
  /** Length of the function as the kernel printed it. */
  readonly size: number | null;
  readonly address: bigint;
  /** The line names code of the core kernel or of a module and says which: that it does not fit is a contradiction. */
  readonly decides: boolean;
}

/** What the kernel itself says of how far it was moved. */
export interface StatedOffset {
  readonly offset: bigint;
  /** Where it was linked to run, when the line says so. */
  readonly from: bigint | null;
}

export interface LineEvidence {
  readonly anchors: readonly Anchor[];
  readonly stated: StatedOffset | null;
}

const NAME = '([A-Za-z_.$][\\w.$]*)';
// kernel/kallsyms.c __sprint_symbol behind the address that older kernels and other architectures print.
const PLACE = new RegExp(
  `(?:\\[<?(?:0x)?|(?:epc|era|ERA|ra) *: *)([0-9a-f]{8,16})(?:>?\\]|:)?\\s+(?:\\? )?\\(?${NAME}\\+0x([0-9a-f]{1,8})/0x([0-9a-f]{1,8})\\)?(?: \\[([\\w-]+)(?: [0-9a-f]+)?\\])?`,
  'g',
);
// crash(8): frames; `dis`; `sym`.
const FRAME = new RegExp(
  `^\\s*#\\d+ \\[[0-9a-f]+\\] ${NAME}(?:\\+(0x[0-9a-f]{1,8}|\\d{1,9}))? at ([0-9a-f]{8,16})(?: \\[([\\w-]+)\\])?`,
);
const DIS = new RegExp(`^\\s*0x([0-9a-f]{8,16}) <${NAME}(?:\\+(0x[0-9a-f]{1,8}|\\d{1,9}))?>:`);
const SYM = new RegExp(
  `^([0-9a-f]{8,16}) \\([tT]\\) ${NAME}(?:\\+(0x[0-9a-f]{1,8}|\\d{1,9}))?(?: \\[([\\w-]+)\\])?`,
);
// include/linux/crash_core.h VMCOREINFO_SYMBOL.
const INFO_SYMBOL = /^SYMBOL\((_stext)\)=([0-9a-f]{8,16})$/;
// arch/x86/kernel/setup.c, arch/arm64/kernel/setup.c, arch/powerpc/kernel/setup-common.c dump_kernel_offset.
const OFFSET = /^Kernel Offset: (?:(disabled)|0x([0-9a-f]{1,16}) from 0x([0-9a-f]{1,16}))/;
// arch/*/kernel/machine_kexec*.c, crash_core*.c arch_crash_save_vmcoreinfo.
const INFO_OFFSET = /^KERNELOFFSET=([0-9a-f]{1,16})$/;
const NO_KASLR = /^(?:Kernel command|Command) line: (?:.* )?nokaslr(?: |$)/;
/** `%p` of lockdep is a hash since 4.15 (lib/vsprintf.c ptr_to_id). */
const HASHED = / at: \[</;

const NOTHING: LineEvidence = { anchors: [], stated: null };

export function readEvidence(message: string): LineEvidence {
  const first = message[0];
  if (first === 'K' || first === 'C') {
    const stated = readStated(message);
    if (stated !== null) return { anchors: [], stated };
  }
  if (message.includes('+0x'))
    return HASHED.test(message) ? NOTHING : { anchors: readPlaces(message), stated: null };
  const one = readCrash8(message) ?? readInfo(message);
  return one === null ? NOTHING : { anchors: [one], stated: null };
}

function readStated(message: string): StatedOffset | null {
  const m = OFFSET.exec(message);
  if (m?.[2] !== undefined) return { offset: BigInt(`0x${m[2]}`), from: BigInt(`0x${m[3]}`) };
  if (m !== null || NO_KASLR.test(message)) return { offset: 0n, from: null };
  const info = INFO_OFFSET.exec(message)?.[1];
  return info === undefined ? null : { offset: BigInt(`0x${info}`), from: null };
}

function readPlaces(message: string): Anchor[] {
  return [...message.matchAll(PLACE)].map((m) => ({
    name: m[2] ?? '',
    module: m[5] ?? null,
    offset: Number.parseInt(m[3] ?? '', 16),
    size: Number.parseInt(m[4] ?? '', 16),
    address: BigInt(`0x${m[1]}`),
    decides: true,
  }));
}

function readCrash8(message: string): Anchor | null {
  const frame = FRAME.exec(message);
  if (frame)
    return {
      name: frame[1] ?? '',
      module: frame[4] ?? null,
      offset: frame[2] === undefined ? null : Number(frame[2]),
      size: null,
      address: BigInt(`0x${frame[3]}`),
      decides: true,
    };
  const place = DIS.exec(message) ?? SYM.exec(message);
  if (!place) return null;
  return {
    name: place[2] ?? '',
    module: place[4] ?? null,
    offset: Number(place[3] ?? '0'),
    size: null,
    address: BigInt(`0x${place[1]}`),
    // A function of a module may stand here without it, under a name that the core has too.
    decides: false,
  };
}

function readInfo(message: string): Anchor | null {
  const m = INFO_SYMBOL.exec(message);
  if (!m) return null;
  return {
    name: m[1] ?? '',
    module: null,
    offset: 0,
    size: null,
    address: BigInt(`0x${m[2]}`),
    decides: true,
  };
}
