import type { CrashStack } from '@oopstream/core-similarity';
import { NEAR_LINES, ofOneSite } from './one-site';

const stack = (site?: string | null): CrashStack => ({
  ...{ version: 1, family: 'warning', kind: 'warning', culprit: 'frob_get', module: null, build: null },
  ...{ said: null, frames: [{ name: 'frob_get', module: null }], inlined: [] },
  ...(site !== undefined && { site }),
});
const near = (id: string, sites: readonly (string | null | undefined)[], decided = false) => ({
  id,
  keys: [{ groupKey: id, decided, stacks: sites.map(stack) }],
});
const found = (ours: readonly (string | null | undefined)[], ...incidents: ReturnType<typeof near>[]) =>
  ofOneSite(ours.map(stack), incidents)?.id ?? null;

describe('between incidents that are about as near', () => {
  it('the only one that crashed at that place is meant', () => {
    const [one, other] = [near('one', ['frob.c:7', 'frob.c:90']), near('other', ['frob.c:40', null])];
    expect(found(['frob.c:90'], one, other)).toBe('one');
    expect(found(['frob.c:40'], one, other)).toBe('other');
    expect(ofOneSite([stack('frob.c:40')], [one, other])?.site).toBe('frob.c:40');
  });

  it('none is meant where no place is known, none is the same, or several are', () => {
    expect(found([null], near('one', [null]), near('other', ['frob.c:8']))).toBeNull();
    expect(found([undefined], near('one', [undefined]), near('other', ['frob.c:8']))).toBeNull();
    expect(found(['frob.c:100'], near('one', ['frob.c:7']), near('other', ['frob.c:8']))).toBeNull();
    expect(found(['frob.c:7'], near('one', ['frob.c:7']), near('other', ['frob.c:7']))).toBeNull();
  });

  it('a line may have moved a little, in that file', () => {
    const two = [near('one', ['frob.c:100', 'NULL+0x40']), near('other', ['frob.c:200', 'get.c:300'])];
    expect(found([`frob.c:${100 + NEAR_LINES}`], ...two)).toBe('one');
    expect(found([`frob.c:${101 + NEAR_LINES}`], ...two)).toBeNull();
    expect(found(['frob.c:300'], ...two)).toBeNull();
    expect(found(['NULL+0x48'], ...two)).toBeNull();
    expect(found(['frob.c:105'], near('one', ['frob.c:100']), near('other', ['frob.c:110']))).toBeNull();
  });

  it('what a person put into an incident says nothing of where its crashes are', () => {
    expect(found(['frob.c:7'], near('one', ['frob.c:7'], true), near('other', ['frob.c:80']))).toBeNull();
  });
});
