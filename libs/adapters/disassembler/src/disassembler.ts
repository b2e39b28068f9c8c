import { createRequire } from 'node:module';
import type { Disassemble } from '@oopstream/core-forensics';
import type * as CapstoneModule from 'capstone-wasm';
import type * as IcedModule from 'iced-x86';
import { openArm } from './arm';
import { openX86 } from './x86';

type Arch = Parameters<Disassemble>[0];

/** Architectures whose instructions {@link openDisassembler} decodes. */
export const DISASSEMBLED: readonly Arch[] = ['x86_64', 'i386', 'arm64', 'arm'];

/** The packages are loaded when a disassembler is opened, not when a program that might need one starts. */
const load = createRequire(__filename);

/**
 * Loads the disassemblers for some architectures: iced-x86 for x86, capstone for arm. Bytes of any other
 * architecture, or of one that was not asked for, are decoded to `null`.
 *
 * @param archs what will be decoded; each of the two packages takes some 30 ms to load, so ask for what you need
 */
export async function openDisassembler(archs: readonly Arch[] = DISASSEMBLED): Promise<Disassemble> {
  const wantsX86 = archs.includes('x86_64') || archs.includes('i386');
  const wantsArm = archs.includes('arm64') || archs.includes('arm');
  const x86 = wantsX86 ? openX86(load('iced-x86') as typeof IcedModule) : null;
  const arm = wantsArm ? await openArm(load('capstone-wasm') as typeof CapstoneModule) : null;
  const disassemble = (...[arch, bytes, address]: Parameters<Disassemble>) => {
    const machine = arch === 'x86_64' || arch === 'i386' ? x86 : arm;
    return machine === null ? null : machine(arch, bytes, address);
  };
  return Object.assign(disassemble, { lengths: x86?.lengths });
}
