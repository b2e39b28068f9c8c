import type { ValueContext } from './reading';

/** A context of which only the architecture is known; the rest is filled in as the text tells it. */
export function valueContext(
  arch: ValueContext['arch'],
  facts: Partial<Omit<ValueContext, 'arch'>> = {},
): ValueContext {
  const narrow = arch === 'i386' || arch === 'arm';
  return {
    arch,
    widthBits: narrow ? 32 : 64,
    pagingLevels: null,
    vaBits: null,
    release: null,
    littleEndian: arch !== 's390x',
    kaslr: null,
    known: [],
    pointers: [],
    crashedAtMs: null,
    uptimeSeconds: null,
    role: 'any',
    freelist: null,
    ...facts,
  };
}
