import type { BadValue, Scene } from './scene';

/** Where it happened, as a sentence begins: `In nvc_lookup+0x23 [nvcache] (task find, pid 137, CPU 0)`. */
export function placeOf({ crash, fault, faultModule, blamed }: Scene): string {
  const { reading } = crash;
  const offset = reading.fault?.offset == null ? '' : `+0x${reading.fault.offset.toString(16)}`;
  const named = fault === null ? blamed?.name : `${fault}${offset}`;
  const module = fault === null ? blamed?.module : faultModule;
  const where = named === undefined ? 'In the kernel' : `In ${named}${inModule(module)}`;
  const task = reading.comm === null ? null : `task ${reading.comm}`;
  const parts = [
    task,
    reading.pid === null ? null : `pid ${reading.pid}`,
    reading.cpu === null ? null : `CPU ${reading.cpu}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? where : `${where} (${parts.join(', ')})`;
}

export const inModule = (module: string | null | undefined): string => (module == null ? '' : ` [${module}]`);

/** The processor's reasons for the trap, as sentences. */
export function reasonsOf({ reasons }: Scene): string {
  return reasons.map(({ claim }) => claim).join(' ');
}

/** `rbp = 0x72006900560338`. */
export function spellValue({ name, value }: BadValue): string {
  return `${name === 'address' ? 'the address' : name} = 0x${value.toString(16)}`;
}

/** A value at the begin of a sentence; names of registers and functions keep their case. */
export const sentence = (text: string): string => text.replace(/^the /, 'The ');

/** Sentences to a paragraph; empty ones are left out. */
export function paragraph(...sentences: readonly (string | null | undefined)[]): string {
  const said = sentences.flatMap((one) => (one == null || one.trim() === '' ? [] : [one]));
  return said.join(' ');
}
