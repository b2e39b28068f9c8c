/** `unless-five-level`: canonical where the kernel runs with five levels of page tables, not with four. */
export type Canonicity = 'canonical' | 'non-canonical' | 'unless-five-level';

/** CR4.LA57, Intel SDM volume 3, 2.5. */
const LA57 = 1n << 12n;
/** With five levels stacks and per-CPU data lie below, with four here (Documentation/arch/x86/x86_64/mm.rst). */
const FOUR_LEVEL = { low: 0xffff800000000000n, high: 0xfffffdffffffffffn } as const;

/** How many levels of page tables the kernel ran with, by CR4 or by where its stack and per-CPU data lie. */
export function pagingLevels(registers: ReadonlyMap<string, bigint>): 4 | 5 | null {
  const cr4 = registers.get('cr4');
  if (cr4 !== undefined) return (cr4 & LA57) === 0n ? 4 : 5;
  const places = [registers.get('rsp'), registers.get('gs_base')];
  const isFour = (value: bigint | undefined): boolean =>
    value !== undefined && value >= FOUR_LEVEL.low && value <= FOUR_LEVEL.high;
  return places.some(isFour) ? 4 : null;
}

function isExtended(value: bigint, bits: number): boolean {
  return BigInt.asUintN(64, BigInt.asIntN(bits, value)) === value;
}

/**
 * Whether an x86_64 address is canonical (Intel SDM volume 1, 3.3.7.1): 48 or, with five levels of page tables, 57 bits
 * extended by sign.
 */
export function canonicity(address: bigint, levels: 4 | 5 | null): Canonicity {
  if (isExtended(address, 48)) return 'canonical';
  if (!isExtended(address, 57)) return 'non-canonical';
  if (levels === null) return 'unless-five-level';
  return levels === 4 ? 'non-canonical' : 'canonical';
}

export type AddressHalf = 'user' | 'kernel' | 'neither' | 'unknown';

function half64(address: bigint, bits: number): AddressHalf {
  if (address < 1n << BigInt(bits)) return 'user';
  return address >= (1n << 64n) - (1n << BigInt(bits)) ? 'kernel' : 'neither';
}

/** Whose half of the address space an address lies in; the largest that the architecture's page tables can cover. */
export function addressHalf(address: bigint, arch: string): AddressHalf {
  switch (arch) {
    case 'x86_64':
    case 'riscv':
      return half64(address, 56);
    case 'arm64':
      return half64(address, 52);
    case 'powerpc':
      return address < 1n << 52n ? 'user' : address >= 0xc000000000000000n ? 'kernel' : 'neither';
    case 'i386':
    case 'arm':
      // The usual split of 3 to 1; kernels can be built with others.
      return address < 0xc0000000n ? 'user' : 'kernel';
    case 'loongarch':
      return address < 1n << 48n ? 'user' : address >= 0x8000000000000000n ? 'kernel' : 'neither';
    case 'mips':
      return address < 0x80000000n ? 'user' : address >= 0x8000000000000000n ? 'kernel' : 'unknown';
    default:
      // s390x has address spaces of their own for both.
      return 'unknown';
  }
}
