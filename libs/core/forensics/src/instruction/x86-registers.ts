/** A general or segment register, by its widest name. */
export interface RegisterName {
  readonly widest: string;
  readonly sizeBytes: number;
}

const LEGACY = ['a', 'b', 'c', 'd'];
const POINTERS = ['si', 'di', 'bp', 'sp'];
const SEGMENTS = ['cs', 'ds', 'es', 'fs', 'gs', 'ss'];

function namesOf(arch: 'x86_64' | 'i386'): ReadonlyMap<string, RegisterName> {
  const widestBytes = arch === 'x86_64' ? 8 : 4;
  const wide = arch === 'x86_64' ? 'r' : 'e';
  const names = new Map<string, RegisterName>();
  const add = (name: string, widest: string, sizeBytes: number) => {
    if (sizeBytes <= widestBytes) names.set(name, { widest, sizeBytes });
  };
  for (const letter of LEGACY) {
    const widest = `${wide}${letter}x`;
    add(`r${letter}x`, widest, 8);
    add(`e${letter}x`, widest, 4);
    add(`${letter}x`, widest, 2);
    add(`${letter}l`, widest, 1);
    add(`${letter}h`, widest, 1);
  }
  for (const pointer of POINTERS) {
    const widest = `${wide}${pointer}`;
    add(`r${pointer}`, widest, 8);
    add(`e${pointer}`, widest, 4);
    add(pointer, widest, 2);
    if (arch === 'x86_64') add(`${pointer}l`, widest, 1);
  }
  for (let number = 8; arch === 'x86_64' && number < 16; number += 1) {
    const widest = `r${number}`;
    add(widest, widest, 8);
    add(`${widest}d`, widest, 4);
    add(`${widest}w`, widest, 2);
    add(`${widest}b`, widest, 1);
  }
  add(`${wide}ip`, `${wide}ip`, widestBytes);
  for (const segment of SEGMENTS) add(segment, segment, 2);
  return names;
}

const NAMES = { x86_64: namesOf('x86_64'), i386: namesOf('i386') };

/** @returns `null` for what is no general or segment register (vector, control, debug registers). */
export function findX86Register(name: string, arch: 'x86_64' | 'i386'): RegisterName | null {
  return NAMES[arch].get(name) ?? null;
}

/** Segment that an access through `base` uses when the instruction names none (Intel SDM volume 1, 3.7.4). */
export function defaultSegment(base: string | null): string {
  return base === 'rbp' || base === 'rsp' || base === 'ebp' || base === 'esp' ? 'ss' : 'ds';
}
