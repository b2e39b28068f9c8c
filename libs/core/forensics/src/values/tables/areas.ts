import type { Arch } from '@oopstream/core-transcript';
import type { AddressArea } from '../reading';

/** Where an architecture puts what. `moves`: the base is random under KASLR, so the row holds only without it. */
export interface AreaRow {
  readonly arch: Arch;
  /** Bits of a kernel virtual address for which the row holds. */
  readonly bits: number;
  readonly start: bigint;
  /** First address behind it. */
  readonly end: bigint;
  readonly area: AddressArea;
  readonly text: string;
  readonly moves: boolean;
  /** First release, and first release no more, by upstream version; `null`: no bound. */
  readonly since: readonly [number, number] | null;
  readonly until: readonly [number, number] | null;
  readonly source: string;
}

type Short = readonly [start: bigint, end: bigint, area: AddressArea, text: string, moves?: boolean];

const rows = (
  arch: Arch,
  bits: number,
  source: string,
  list: readonly Short[],
  bounds: Pick<AreaRow, 'since' | 'until'> = { since: null, until: null },
): AreaRow[] =>
  list.map(([start, end, area, text, moves]) => ({
    arch,
    bits,
    start,
    end,
    area,
    text,
    moves: moves ?? false,
    source,
    ...bounds,
  }));

const X86_MM = 'Documentation/arch/x86/x86_64/mm.rst';
const TOP = 1n << 64n;

/** The last terabytes of x86_64, the same for both depths of paging and never moved by CONFIG_RANDOMIZE_MEMORY. */
const x86Top: readonly Short[] = [
  [0xffff_fc00_0000_0000n, 0xffff_fe00_0000_0000n, 'unused-hole', 'unused hole'],
  [0xffff_fe00_0000_0000n, 0xffff_fe80_0000_0000n, 'cpu-entry-area', 'cpu_entry_area'],
  [0xffff_fe80_0000_0000n, 0xffff_ff00_0000_0000n, 'unused-hole', 'unused hole'],
  [0xffff_ff00_0000_0000n, 0xffff_ff80_0000_0000n, 'espfix', '%esp fixup stacks'],
  [0xffff_ff80_0000_0000n, 0xffff_ffef_0000_0000n, 'unused-hole', 'unused hole'],
  [0xffff_ffef_0000_0000n, 0xffff_ffff_0000_0000n, 'efi', 'EFI runtime mapping'],
  [0xffff_ffff_0000_0000n, 0xffff_ffff_8000_0000n, 'unused-hole', 'unused hole'],
  [0xffff_ffff_8000_0000n, 0xffff_ffff_a000_0000n, 'kernel-text', 'kernel image'],
  // With CONFIG_RANDOMIZE_BASE the image may lie anywhere in its first GiB and modules begin behind that.
  [
    0xffff_ffff_a000_0000n,
    0xffff_ffff_c000_0000n,
    'kernel-image',
    'kernel image, or modules of a kernel without KASLR',
  ],
  [0xffff_ffff_c000_0000n, 0xffff_ffff_ff00_0000n, 'modules', 'module space'],
  [0xffff_ffff_ff00_0000n, 0xffff_ffff_ff60_0000n, 'fixmap', 'fixmap'],
  [0xffff_ffff_ff60_0000n, 0xffff_ffff_ff60_1000n, 'vsyscall', 'vsyscall page'],
  [0xffff_ffff_ffe0_0000n, TOP, 'unused-hole', 'hole at the end of the address space'],
];

const ARM64 = 'Documentation/arch/arm64/memory.rst';
const RADIX = 'arch/powerpc/include/asm/book3s/64/radix.h';
const RISCV = 'Documentation/arch/riscv/vm-layout.rst';

export const AREA_ROWS: readonly AreaRow[] = [
  ...rows('x86_64', 48, X86_MM, x86Top),
  ...rows('x86_64', 57, X86_MM, x86Top),
  ...rows('x86_64', 48, X86_MM, [
    [0xffff_8000_0000_0000n, 0xffff_8800_0000_0000n, 'guard-hole', 'guard hole, reserved for the hypervisor'],
    [0xffff_c900_0000_0000n, 0xffff_e900_0000_0000n, 'vmalloc', 'vmalloc space', true],
    [0xffff_ea00_0000_0000n, 0xffff_eb00_0000_0000n, 'vmemmap', 'vmemmap', true],
    [0xffff_ec00_0000_0000n, 0xffff_fc00_0000_0000n, 'kasan-shadow', 'KASAN shadow', true],
  ]),
  ...rows(
    'x86_64',
    48,
    X86_MM,
    [
      [0xffff_8800_0000_0000n, 0xffff_8880_0000_0000n, 'ldt', 'LDT remap for PTI', true],
      [0xffff_8880_0000_0000n, 0xffff_c880_0000_0000n, 'direct-map', 'direct map', true],
    ],
    { since: [4, 20], until: null },
  ),
  ...rows(
    'x86_64',
    48,
    'Documentation/x86/x86_64/mm.txt before 4.20',
    [[0xffff_8800_0000_0000n, 0xffff_c800_0000_0000n, 'direct-map', 'direct map', true]],
    { since: null, until: [4, 20] },
  ),
  ...rows('x86_64', 57, X86_MM, [
    [0xff00_0000_0000_0000n, 0xff10_0000_0000_0000n, 'guard-hole', 'guard hole, reserved for the hypervisor'],
    [0xff10_0000_0000_0000n, 0xff11_0000_0000_0000n, 'ldt', 'LDT remap for PTI', true],
    [0xff11_0000_0000_0000n, 0xff91_0000_0000_0000n, 'direct-map', 'direct map', true],
    [0xffa0_0000_0000_0000n, 0xffd2_0000_0000_0000n, 'vmalloc', 'vmalloc space', true],
    [0xffd4_0000_0000_0000n, 0xffd6_0000_0000_0000n, 'vmemmap', 'vmemmap', true],
    [0xffdf_0000_0000_0000n, 0xffff_fc00_0000_0000n, 'kasan-shadow', 'KASAN shadow', true],
  ]),
  // Since 5.4 the linear map is the lower half; before, it was the upper one.
  ...[39, 42, 47, 48, 52].flatMap((bits) => {
    const half = TOP - (1n << BigInt(Math.min(bits, 48) - 1));
    const vmemmap = TOP - (1n << BigInt(bits === 52 ? 42 : bits - 6));
    return rows(
      'arm64',
      bits,
      ARM64,
      [
        [TOP - (1n << BigInt(bits)), half, 'direct-map', 'linear map'],
        [
          half,
          vmemmap - 0x4000_0000n,
          'vmalloc',
          'vmalloc space, which holds modules and the kernel image too',
        ],
        [vmemmap - 0x4000_0000n, vmemmap, 'fixmap', 'fixmap and PCI I/O'],
        [vmemmap, TOP - (1n << 31n), 'vmemmap', 'vmemmap'],
      ],
      { since: [5, 4], until: null },
    );
  }),
  ...[39, 42, 48].flatMap((bits) => {
    const half = TOP - (1n << BigInt(bits - 1));
    return rows(
      'arm64',
      bits,
      'Documentation/arm64/memory.txt before 5.4',
      [
        [TOP - (1n << BigInt(bits)), half, 'vmalloc', 'vmalloc space, modules, kernel image or vmemmap'],
        [half, TOP - 0x1000n, 'direct-map', 'linear map'],
      ],
      { since: null, until: [5, 4] },
    );
  }),
  ...rows('powerpc', 52, RADIX, [
    [0xc000_0000_0000_0000n, 0xc008_0000_0000_0000n, 'direct-map', 'linear map, kernel image included'],
    [0xc008_0000_0000_0000n, 0xc00a_0000_0000_0000n, 'vmalloc', 'vmalloc space, modules included'],
    [0xc00a_0000_0000_0000n, 0xc00c_0000_0000_0000n, 'io', 'I/O mappings'],
    [0xc00c_0000_0000_0000n, 0xc00e_0000_0000_0000n, 'vmemmap', 'vmemmap'],
    [0xc00e_0000_0000_0000n, 0xc010_0000_0000_0000n, 'kasan-shadow', 'KASAN shadow'],
  ]),
  ...rows(
    'powerpc',
    52,
    'arch/powerpc/include/asm/book3s/64/hash.h before 5.0',
    [
      [0xd000_0000_0000_0000n, 0xd001_0000_0000_0000n, 'vmalloc', 'vmalloc space of the hash MMU'],
      [0xf000_0000_0000_0000n, 0xf001_0000_0000_0000n, 'vmemmap', 'vmemmap of the hash MMU'],
    ],
    { since: null, until: [5, 0] },
  ),
  ...rows('mips', 48, 'arch/mips/include/asm/addrspace.h', [
    [0x9000_0000_0000_0000n, 0x9001_0000_0000_0000n, 'io', 'XKPHYS, uncached'],
    [0x9800_0000_0000_0000n, 0x9801_0000_0000_0000n, 'direct-map', 'XKPHYS, cached'],
    [0xa800_0000_0000_0000n, 0xa801_0000_0000_0000n, 'direct-map', 'XKPHYS, cached exclusive'],
    [0xc000_0000_0000_0000n, 0xc001_0000_0000_0000n, 'vmalloc', 'XKSEG: vmalloc space, modules'],
    [0xffff_ffff_8000_0000n, 0xffff_ffff_a000_0000n, 'kernel-image', 'CKSEG0: kernel image'],
    [0xffff_ffff_a000_0000n, 0xffff_ffff_c000_0000n, 'io', 'CKSEG1, uncached'],
    [0xffff_ffff_c000_0000n, 0xffff_ffff_ff00_0000n, 'modules', 'CKSEG2 and 3: modules'],
  ]),
  ...rows('loongarch', 48, 'arch/loongarch/include/asm/addrspace.h', [
    [0x8000_0000_0000_0000n, 0x8001_0000_0000_0000n, 'io', 'direct window, uncached'],
    [0x9000_0000_0000_0000n, 0x9001_0000_0000_0000n, 'direct-map', 'direct window: memory and kernel image'],
    [0xffff_8000_0000_0000n, 0xffff_ffff_ff00_0000n, 'vmalloc', 'modules, vmalloc space, vmemmap'],
  ]),
  ...rows('riscv', 39, RISCV, [
    [0xffff_ffc6_fea0_0000n, 0xffff_ffc7_0000_0000n, 'fixmap', 'fixmap and PCI I/O'],
    [0xffff_ffc7_0000_0000n, 0xffff_ffc8_0000_0000n, 'vmemmap', 'vmemmap'],
    [0xffff_ffc8_0000_0000n, 0xffff_ffd8_0000_0000n, 'vmalloc', 'vmalloc space'],
    [0xffff_ffd8_0000_0000n, 0xffff_fff7_0000_0000n, 'direct-map', 'direct map'],
    [0xffff_fff7_0000_0000n, 0xffff_ffff_0000_0000n, 'kasan-shadow', 'KASAN shadow'],
  ]),
  ...rows('riscv', 48, RISCV, [
    [0xffff_8d7f_fea0_0000n, 0xffff_8d80_0000_0000n, 'fixmap', 'fixmap and PCI I/O'],
    [0xffff_8d80_0000_0000n, 0xffff_8f80_0000_0000n, 'vmemmap', 'vmemmap'],
    [0xffff_8f80_0000_0000n, 0xffff_af80_0000_0000n, 'vmalloc', 'vmalloc space'],
    [0xffff_af80_0000_0000n, 0xffff_ef80_0000_0000n, 'direct-map', 'direct map'],
    [0xffff_ef80_0000_0000n, 0xffff_ffff_0000_0000n, 'kasan-shadow', 'KASAN shadow'],
  ]),
  ...[39, 48].flatMap((bits) =>
    rows('riscv', bits, RISCV, [
      [0xffff_ffff_0000_0000n, 0xffff_ffff_8000_0000n, 'modules', 'modules and BPF'],
      [0xffff_ffff_8000_0000n, TOP - 0x1000n, 'kernel-image', 'kernel image'],
    ]),
  ),
];
