import { analyseText, NULL_HEAD, oopsText } from '../oops-text';

type Registers = Readonly<Record<string, string>>;

const analysed = (registers: Registers, ...session: readonly string[]) =>
  analyseText(`${oopsText({ head: NULL_HEAD, registers })}\n${session.join('\n')}\n`);
const found = (registers: Registers, ...session: readonly string[]) => {
  const { findings, quote } = analysed(registers, ...session);
  return findings
    .filter(({ kind }) => kind === 'structure' || kind === 'value-chain')
    .map(({ claim, confidence, evidence }) => ({
      claim,
      confidence,
      shown: evidence.map(({ span }) => quote(span)).join(' | '),
    }));
};
const struct = (address: string, ...members: readonly string[]) => [
  `crash> struct foo ${address}`,
  'struct foo {',
  ...members.map((one) => `  ${one},`),
  '}',
];

describe('structures that were printed', () => {
  it('are tied to the register that points to them, and their members to what holds them', () => {
    const told = found(
      { RDX: 'ffff888104a3c200', RBP: 'ffff888104a3c400' },
      ...struct('ffff888104a3c200', 'next = 0xffff888104a3c400', 'count = 9000'),
    );
    expect(told).toContainEqual(
      expect.objectContaining({ claim: 'rdx is the address of this foo.', confidence: 'certain' }),
    );
    const chain = told.find(({ claim }) => claim.startsWith('rbp holds foo.next'));
    expect(chain).toMatchObject({ confidence: 'certain' });
    expect(chain!.shown).toContain('ffff888104a3c400');
  });

  it('of nobody in the registers are tied by wide values only, and then likely', () => {
    const told = found({}, ...struct('ffff888199999000', 'next = 0xffff888104a3c400', 'flags = 0x11'));
    expect(told).toEqual([
      expect.objectContaining({
        claim: expect.stringContaining('rbp holds foo.next') as string,
        confidence: 'likely',
      }),
    ]);
  });

  it('equal small numbers are equal by chance', () => {
    expect(found({ RCX: '0000000000000010' }, ...struct('ffff888199999000', 'refs = 16'))).toEqual([]);
  });

  it('numbers of half a word in a structure of nobody are a hint', () => {
    expect(
      found({ RCX: '0000000000032a9a' }, ...struct('ffff888199999000', 'tid = 207514')).map(
        (one) => one.confidence,
      ),
    ).toEqual(['hint']);
  });
});

describe('per-CPU arithmetic', () => {
  const perCpu = (registers: Registers) =>
    found(registers).filter(({ claim }) => claim.includes('per-CPU')).length;

  it('a pointer that is a unit boundary and the offset in another register', () => {
    expect(perCpu({ R08: 'ffff8f03dfb28120', RDI: '0000000000028120' })).toBe(1);
  });

  it.each([
    ['the rest is no boundary', { R08: 'ffff8f03dfb28128', RDI: '0000000000028120' }],
    ['the boundary is too small for the offset', { R08: 'ffff8f03dfb38120', RDI: '0000000000028120' }],
    ['the offset is a small number', { R08: 'ffff8f03dfb00120', RDI: '0000000000000120' }],
    ['the pointer is of user space', { R08: '00007f03dfb28120', RDI: '0000000000028120' }],
  ])('not where %s', (_why, registers) => {
    expect(perCpu(registers)).toBe(0);
  });
});
