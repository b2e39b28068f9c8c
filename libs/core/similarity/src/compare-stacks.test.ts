import fc from 'fast-check';
import { compareStacks } from './compare-stacks';
import type { CrashStack } from './crash-stack';
import { relateCulprits } from './culprits';
import { NO_FRAME_MODEL, frameWeight } from './frame-weight';
import { asksOf, termsOf } from './stack-terms';

/** A stack of one module, its innermost function to blame. */
function stack(names: string, more: Partial<CrashStack> = {}): CrashStack {
  const frames = names.split(' ').map((name) => ({ name, module: 'frob' }));
  return {
    version: 1,
    family: 'bad-access',
    kind: 'null-ptr-deref',
    culprit: frames[0]?.name ?? null,
    module: 'frob',
    build: null,
    said: 'BUG: kernel NULL pointer dereference, address: N',
    frames,
    inlined: [],
    ...more,
  };
}

const DEEP = stack('frob_find frob_get frob_ioctl');
const SHALLOW = stack('frob_get frob_ioctl');
const score = (a: CrashStack, b: CrashStack) => compareStacks(a, b, NO_FRAME_MODEL).score;
const why = (a: CrashStack, b: CrashStack) => {
  const relation = relateCulprits(a, b);
  return relation.kind === 'different' ? relation.why : relation.kind;
};

describe('culprits', () => {
  it('two functions are two bugs, however alike the rest is', () => {
    const other = stack('frob_put frob_get frob_ioctl');
    expect(why(DEEP, other)).toBe('other-culprit');
    expect(score(DEEP, other)).toBe(0);
  });

  it('one that a build inlined is missing, not another', () => {
    expect(relateCulprits(DEEP, SHALLOW)).toEqual({ kind: 'inlined', missing: ['frob_find'], of: 'ours' });
    expect(relateCulprits(SHALLOW, DEEP)).toEqual({ kind: 'inlined', missing: ['frob_find'], of: 'theirs' });
    expect(score(DEEP, SHALLOW)).toBeGreaterThan(0.7);
  });

  it.each([
    ['an older kernel', 'null-ptr-deref', 'BUG: unable to handle kernel NULL pointer dereference at N'],
    ['arm64', 'null-ptr-deref', 'Unable to handle kernel NULL pointer dereference at virtual address N'],
  ])('is missing also where %s says it in other words', (_where, kind, said) => {
    expect(why(DEEP, { ...SHALLOW, kind, said })).toBe('inlined');
  });

  it('what is no address at all traps otherwise on arm64, and is missing all the same', () => {
    const wild = {
      kind: 'general-protection',
      said: 'general protection fault, probably for non-canonical address N: N',
    };
    const paging = {
      kind: 'paging-request',
      said: 'Unable to handle kernel paging request at virtual address N',
    };
    expect(why({ ...DEEP, ...wild }, { ...SHALLOW, ...paging })).toBe('inlined');
  });

  it('is missing where a task sleeps in it, whatever the task is called', () => {
    const hung = (task: string): Partial<CrashStack> => ({
      kind: 'hung-task',
      said: `INFO: task ${task}:N blocked for more than N seconds.`,
    });
    expect(why({ ...DEEP, ...hung('smf') }, { ...SHALLOW, ...hung('kworker/u97:0') })).toBe('inlined');
  });

  it.each<[string, CrashStack, CrashStack]>([
    ['kind', DEEP, { ...SHALLOW, kind: 'general-protection' }],
    ['words', DEEP, { ...SHALLOW, said: 'Unable to handle kernel execute from non-executable memory' }],
    ['family', DEEP, { ...SHALLOW, family: 'bug' }],
    ['family', DEEP, { ...SHALLOW, version: 2 }],
    ['same-build', { ...DEEP, build: '6.1.0' }, { ...SHALLOW, build: '6.1.0' }],
    ['both-present', DEEP, stack('frob_get frob_find frob_ioctl')],
    ['too-deep', stack('a b c frob_get'), SHALLOW],
    [
      'module',
      { ...DEEP, frames: DEEP.frames.map((one, n) => (n === 0 ? { ...one, module: null } : one)) },
      SHALLOW,
    ],
    ['one-unnamed', DEEP, { ...SHALLOW, culprit: null }],
    ['kind', { ...DEEP, kind: 'soft-lockup' }, { ...SHALLOW, kind: 'soft-lockup' }],
    ['words', { ...DEEP, kind: 'bug', said: null }, { ...SHALLOW, kind: 'bug', said: null }],
  ])('is not taken to be missing: %s', (reason, a, b) => {
    expect(why(a, b)).toBe(reason);
    expect(why(b, a)).toBe(reason);
  });

  it('what a symboliser shows to be inlined may be so in the same build', () => {
    const shown = { ...DEEP, build: '6.1.0', inlined: ['frob_find'] };
    expect(why(shown, { ...SHALLOW, build: '6.1.0' })).toBe('inlined');
  });

  it('a function that is built in here and a module there is one', () => {
    expect(why(DEEP, { ...DEEP, module: null })).toBe('same');
    expect(why(DEEP, { ...DEEP, module: 'other' })).toBe('module');
  });
});

describe('scores', () => {
  it('fall with each frame that only one has, most where it is near the crash', () => {
    const same = stack('f a b c d');
    const far = score(same, stack('f a b c x'));
    const near = score(same, stack('f x b c d'));
    expect(score(same, same)).toBeGreaterThan(far);
    expect(far).toBeGreaterThan(near);
  });

  it('fall with the distance of what matches', () => {
    expect(score(stack('f a b c'), stack('f a b c'))).toBeGreaterThan(
      score(stack('f a b c'), stack('f c a b')),
    );
  });

  it('are lower where what matches is everywhere in the fleet', () => {
    const model = { version: 3, keys: 1_000, keysWith: new Map([['frob_get', 900]]) };
    const { score: common, matches } = compareStacks(DEEP, SHALLOW, model);
    expect(common).toBeLessThan(score(DEEP, SHALLOW) - 0.05);
    expect(matches.map(({ name }) => name)).toEqual(['frob_get', 'frob_ioctl']);
    expect(frameWeight('frob_get', 0, model)).toBeLessThan(frameWeight('frob_ioctl', 0, model));
  });

  it('are lower for short stacks: they prove less', () => {
    expect(score(stack('f'), stack('f'))).toBeLessThan(score(stack('f a b c'), stack('f a b c')));
  });

  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { minLength: 1 });
  it('are symmetric, between 0 and 1, and the explained gains add up to them', () => {
    fc.assert(
      fc.property(names, names, (x, y) => {
        const [a, b] = [stack(x.join(' ')), stack(y.join(' '))];
        const there = compareStacks(a, b, NO_FRAME_MODEL);
        expect(there.score).toBeCloseTo(score(b, a), 12);
        expect(there.score).toBeGreaterThanOrEqual(0);
        expect(there.score).toBeLessThan(1);
        expect(there.score > 0).toBe(there.matches.length > 0);
      }),
    );
  });

  it('stacks that can be joined are found by their terms, and the index is asked a few of them', () => {
    fc.assert(
      fc.property(names, names, (x, y) => {
        const [a, b] = [stack(x.join(' ')), stack(y.join(' '))];
        fc.pre(relateCulprits(a, b).kind !== 'different');
        expect(asksOf(a).some((term) => termsOf(b).includes(term))).toBe(true);
        expect(asksOf(a).length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
