import { analyseText, NULL_HEAD, oopsText } from '../oops-text';

/** "usbcore\0" would be text; eight letters in the order of memory. */
const TEXT = '6f632f6e69622f2e';
const GP = (address: string) =>
  `general protection fault, probably for non-canonical address 0x${address}: 0000 [#1] PREEMPT SMP`;
const values = (
  registers: Readonly<Record<string, string>>,
  head: readonly string[] = NULL_HEAD,
  more = '',
) => analyseText(oopsText({ head, registers }) + more).findings.filter(({ kind }) => kind === 'value');

describe('what values look like', () => {
  it('data that was used as an address says so, and shows the register', () => {
    const [one, ...others] = values({ RBX: TEXT }, [GP('6f632f6e69622f46')]).filter(({ claim }) =>
      claim.startsWith('rbx'),
    );
    expect(others).toEqual([]);
    expect(one!.claim).toMatch(/^rbx = 6f632f6e69622f2e reads as .*, and was used as an address\.$/);
    expect(one!.confidence).not.toBe('certain');
    expect(one!.evidence).toHaveLength(1);
  });

  it('data in another register was not used as an address', () => {
    expect(
      values({ R12: TEXT })
        .map(({ claim }) => claim)
        .join(),
    ).not.toContain('used as an address');
  });

  it('small numbers and good addresses are not told', () => {
    expect(
      values({ RCX: '0000000000000010', RDX: 'ffff888104a3c200' }, NULL_HEAD).filter(({ claim }) =>
        /^r[cd]/.test(claim),
      ),
    ).toEqual([]);
  });

  it('poison is told wherever it stands', () => {
    expect(values({ R12: 'dead000000000100' }).map(({ claim }) => claim)).toContainEqual(
      expect.stringMatching(/^r12 = dead000000000100 reads as LIST_POISON1/),
    );
    expect(values({ R12: 'dead000000800100' }).filter(({ claim }) => claim.startsWith('r12'))).toEqual([]);
  });

  it('words of memory are read where `rd` printed them', () => {
    const rd =
      '\ncrash> rd ffff888104a3c500 2\nffff888104a3c500:  dead000000000100 dead000000000122   ........\n';
    const told = values({}, NULL_HEAD, rd).map(({ claim }) => claim);
    expect(told).toContainEqual(
      expect.stringMatching(/^Memory at 0xffff888104a3c500 reads as .*LIST_POISON1/),
    );
    const good =
      '\ncrash> rd ffff888104a3c500 2\nffff888104a3c500:  ffff888104a3c200 0000000000000001   ........\n';
    expect(values({}, NULL_HEAD, good).filter(({ claim }) => claim.startsWith('Memory'))).toEqual([]);
  });
});
