import { analyseText, NULL_HEAD, oopsText } from '../oops-text';

const GP =
  'general protection fault, probably for non-canonical address 0x1234567890abcdef: 0000 [#1] PREEMPT SMP';

/** What is said of an allocation that trapped with these registers. */
const claims = (registers: Readonly<Record<string, string>>, at = '__kmalloc+0xab/0x2f0') =>
  analyseText(oopsText({ head: [GP], at, registers: { R13: '0000000000000006', ...registers } }))
    .findings.filter(({ kind }) => kind === 'allocation')
    .map(({ claim }) => claim);

const FLAGS = '0000000000000cc0';

describe('what was asked of the allocator', () => {
  it('a size is told with the cache that it takes', () => {
    expect(claims({ R13: '00000000000000fe' })).toEqual([
      'r13 = 254 is most likely the number of bytes asked for, so the cache is kmalloc-256.',
    ]);
    expect(claims({ R13: '0000000000000401' })[0]).toContain('kmalloc-2k');
  });

  it('the gap sizes are known: 65 to 96 bytes are of kmalloc-96', () => {
    expect(claims({ R13: '0000000000000041' })[0]).toContain('kmalloc-96');
    expect(claims({ R13: '0000000000000061' })[0]).toContain('kmalloc-128');
  });

  it('of two candidates nobody can tell which', () => {
    expect(claims({ R13: '00000000000000fe', R14: '0000000000000040' })).toEqual([]);
  });

  it('equal small numbers and numbers that no general cache holds are none', () => {
    expect(claims({ R13: '0000000000000007' })).toEqual([]);
    expect(claims({ R13: '0000000000002001' })).toEqual([]);
  });

  it('flags stand in rsi and in a register that outlives calls', () => {
    expect(claims({ RSI: FLAGS, RBP: FLAGS }).join()).toMatch(/0xcc0 in rsi and rbp are .*GFP_KERNEL/);
    expect(claims({ RSI: FLAGS }).join()).not.toMatch(/flags/);
    expect(claims({ RSI: '00000000000000ff', R08: FLAGS }).join()).not.toMatch(/flags/);
  });

  it('an allocator that takes no size tells none, nor does any other function', () => {
    expect(claims({ R13: '00000000000000fe' }, 'kmem_cache_alloc+0xab/0x2f0')).toEqual([]);
    expect(claims({ R13: '00000000000000fe' }, 'kmalloc_report+0xab/0x2f0')).toEqual([]);
  });

  it.each(['__kmalloc_noprof', '__kmalloc_node_track_caller', 'kvmalloc_node'])('%s takes one', (name) => {
    expect(claims({ R13: '00000000000000fe' }, `${name}+0xab/0x2f0`)).toHaveLength(1);
  });

  it('a frame of the allocator further up is not where it trapped', () => {
    const { findings } = analyseText(
      oopsText({
        head: NULL_HEAD,
        frames: ['__kmalloc+0xab/0x2f0', 'foo+0x1/0x2'],
        registers: { R13: '00000000000000fe' },
      }),
    );
    expect(findings.map(({ kind }) => kind)).not.toContain('allocation');
  });
});
