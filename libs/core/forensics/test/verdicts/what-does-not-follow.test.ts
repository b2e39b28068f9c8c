import { analyseText, NULL_HEAD, oopsText } from '../oops-text';

const verdictOf = (text: string) => analyseText(text).verdict;
const lines = (...all: readonly string[]) => all.map((line, n) => `[   20.0000${n + 10}] ${line}`).join('\n');

describe('a guard page', () => {
  const guard = (address: string, at: string, code: string) =>
    verdictOf(
      oopsText({
        head: [
          `BUG: TASK stack guard page was hit at ${address} (stack is ffffc90000a3c000..ffffc90000a3ffff)`,
          'stack guard page: 0000 [#1] PREEMPT SMP NOPTI',
        ],
        at,
        code,
        registers: { RSP: address < 'ffffc90000a3c000' ? 'ffffc90000a3c000' : 'ffffc90000a3fd00' },
      }).replace('CR2: 0000000000000018', `CR2: ${address}`),
    );

  it('below the stack pointer: the stack ran over', () => {
    expect(guard('ffffc90000a3bff8', 'foo_rec+0x3/0x40', '90 90 <50> 5b 5d c3')).toMatchObject({
      class: 'stack-overflow',
      confidence: 'certain',
    });
  });

  it('above it: not the stack’s own growth', () => {
    expect(guard('ffffc90000a40000', 'foo_copy+0x3/0x40', '90 90 <48> 89 43 18 c3')).toMatchObject({
      class: 'out-of-bounds',
      confidence: 'hint',
    });
  });
});

describe('a soft lockup', () => {
  const lockup = (at: string, frame: string) =>
    verdictOf(
      lines(
        'watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [foo:200]',
        'CPU: 1 PID: 200 Comm: foo Not tainted 5.4.0 #1',
        `RIP: 0010:${at}`,
        'RSP: 0018:ffffc90000a3fd60 EFLAGS: 00000202',
        'Call Trace:',
        ` ${frame}`,
        ' kthread+0x104/0x140',
        '',
      ),
    );

  it('in a loop is certain of who ran', () => {
    expect(lockup('foo_scan+0x2d/0x100 [foo]', 'foo_work+0x20/0x80 [foo]').confidence).toBe('certain');
  });

  it('in the idle loop is not, and blames nobody', () => {
    const verdict = lockup('native_safe_halt+0xe/0x10', 'default_idle+0x1e/0x180');
    expect(verdict).toMatchObject({ class: 'lockup', confidence: 'likely', culprit: null });
    expect(verdict.text).toMatch(/found idle.*virtual machine/);
  });
});

describe('memory checkers', () => {
  const kasan = (what: string) =>
    verdictOf(
      lines(
        '==================================================================',
        `BUG: KASAN: ${what} in foo_access+0x71/0x90`,
        'Read of size 8 at addr ffffc9000b2a4010 by task repro/4321',
        '',
        'CPU: 1 PID: 4321 Comm: repro Not tainted 6.7.0 #0',
        'Call Trace:',
        ' kasan_report+0xda/0x110',
        ' foo_access+0x71/0x90',
        ' do_syscall_64+0x40/0x110',
        '==================================================================',
        '',
      ),
    );

  it('of vmalloc space do not tell a freed area from the space between areas', () => {
    expect(kasan('global-out-of-bounds').confidence).toBe('certain');
    expect(kasan('vmalloc-out-of-bounds')).toMatchObject({ class: 'out-of-bounds', confidence: 'likely' });
  });

  it('say sizes and offsets only where the report does', () => {
    const kfence = lines(
      '==================================================================',
      'BUG: KFENCE: out-of-bounds read in foo_access+0x26/0x80',
      '',
      'Out-of-bounds read at 0x0000000038e4d1c8 (1B left of kfence-#156):',
      ' foo_access+0x26/0x80',
      ' kthread+0xe5/0x120',
      '',
      'kfence-#156: 0x00000000c4aeb0d0-0x00000000d4a0e1f3, size=64, cache=kmalloc-64',
      '',
      'CPU: 1 PID: 544 Comm: foo Tainted: G    B              6.6.0 #1',
      '==================================================================',
      '',
    );
    const { text } = verdictOf(kfence);
    expect(text).toContain('1 bytes before its begin');
    expect(text).not.toMatch(/The read was\.|-1 bytes/);
  });
});

describe('a pointer with one bit wrong', () => {
  const pointer = (rbx: string, value: string) =>
    verdictOf(
      oopsText({
        head: [`general protection fault, probably for non-canonical address 0x${value}: 0000 [#1] SMP`],
        registers: { RBX: rbx },
      }),
    );

  it('is one that another register holds but for the bit', () => {
    expect(pointer('fffb888104a3c500', 'fffb888104a3c518')).toMatchObject({
      class: 'bit-flip',
      confidence: 'likely',
    });
  });

  it('is none where two bits differ', () => {
    expect(pointer('fff3888104a3c500', 'fff3888104a3c518').class).toBe('wild-pointer');
  });

  it('is none where the address is good', () => {
    expect(verdictOf(oopsText({ head: NULL_HEAD, registers: { RDX: 'ffff888104a3c501' } })).class).toBe(
      'null-pointer',
    );
  });
});

describe('an arm64 address that is of neither half', () => {
  const reasonFor = (address: string, x20: string) => {
    const bytes = lines(
      `Unable to handle kernel paging request at virtual address ${address}`,
      'Internal error: Oops: 0000000096000004 [#1] SMP',
      'CPU: 2 PID: 1234 Comm: test Not tainted 6.1.0 #1',
      'pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)',
      'pc : foo_get+0x20/0x60',
      'lr : foo_ioctl+0x40/0x100',
      'sp : ffff80001234bd00',
      `x20: ${x20} x19: ffff0000c4567800 x18: 0000000000000000`,
      'Call trace:',
      ' foo_get+0x20/0x60',
      ' foo_ioctl+0x40/0x100',
      'Code: a9be7bfd 910003fd a90153f3 aa0003f4 (f9400e80)',
      '---[ end trace 0000000000000000 ]---',
      '',
    );
    return analyseText(bytes).findings.find(({ kind }) => kind === 'why-this-trap');
  };

  it('is certainly no pointer, unless only its top byte may be a tag', () => {
    expect(reasonFor('6b6b6b6b6b6b6b83', '6b6b6b6b6b6b6b6b')).toMatchObject({ confidence: 'certain' });
    expect(reasonFor('f5ff0000c4567818', 'f5ff0000c4567800')).toMatchObject({ confidence: 'likely' });
  });
});
