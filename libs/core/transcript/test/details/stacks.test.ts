import { detailsOf, detailsOfText, OOPS, stacksOf } from './reports';

describe('stacks are kept apart', () => {
  it('by the marks between frames', () => {
    const marked = [
      ...OOPS.slice(0, 7),
      ' <NMI>',
      ' frob_nmi+0x1a4/0x5c0',
      ' </NMI>',
      ' <#DF>',
      ' frob_double+0x1a4/0x5c0',
      ' </#DF>',
      ' <IRQ>',
      ' ? frob_guess+0x1a4/0x5c0',
      ' frob_irq+0x1a4/0x5c0',
      ' </IRQ>',
      ' <TASK>',
      ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
      ' </TASK>',
    ];
    const details = detailsOf(marked);
    expect(stacksOf(details)).toEqual([
      ['nmi', 2, 1187, 'fetcher', 'frob_nmi'],
      ['exception', 2, 1187, 'fetcher', 'frob_double'],
      ['irq', 2, 1187, 'fetcher', 'frob_guess frob_irq'],
      ['task', 2, 1187, 'fetcher', 'frob_ioctl'],
    ]);
    expect(details.stacks[2]?.frames.map((frame) => frame.reliable)).toEqual([false, true]);
  });

  it('by marks in the line of a frame, as older kernels print them', () => {
    const details = detailsOf([
      ...OOPS.slice(0, 7),
      ' <IRQ>  [<ffffffff81a1b2cc>] frob_irq+0x1a4/0x5c0',
      ' <EOI>  [<ffffffff81a1b2cc>] frob_ioctl+0x1a4/0x5c0',
    ]);
    expect(stacksOf(details).map(([role, , , , names]) => [role, names])).toEqual([
      ['irq', 'frob_irq'],
      ['task', 'frob_ioctl'],
    ]);
  });

  it('other CPUs, the panic that repeats the stack, and what a stall is about', () => {
    const details = detailsOf([
      'rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:',
      'rcu: \t1-...!: (1 GPs behind) idle=0b4/1/0x4000000000000000 softirq=2154/2155 fqs=1',
      'Sending NMI from CPU 0 to CPUs 1:',
      'NMI backtrace for cpu 1',
      'CPU: 1 PID: 77 Comm: spinner Not tainted 6.1.0-39-amd64 #1',
      'RIP: 0010:frob_spin+0x2f/0x90 [frobnic]',
      'RSP: 0018:ffffb3d2c0a17d48 EFLAGS: 00010246',
      'Call Trace:',
      ' <TASK>',
      ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
      ' __x64_sys_ioctl+0x90/0xd0',
      ' entry_SYSCALL_64_after_hwframe+0x6e/0xd8',
      ' </TASK>',
      'rcu: RCU grace-period kthread stack dump:',
      'task:rcu_preempt     state:R stack:0     pid:15    ppid:2      flags:0x00004000',
      'Call Trace:',
      ' <TASK>',
      ' __schedule+0x2f/0x90',
      ' </TASK>',
      'NMI backtrace for cpu 2',
      'CPU: 2 PID: 0 Comm: swapper/2 Not tainted 6.1.0-39-amd64 #1',
      'RIP: 0010:native_halt+0x2f/0x90',
      'RSP: 0018:ffffb3d2c0a17e48 EFLAGS: 00010246',
      'Call Trace:',
      ' default_idle+0x2f/0x90',
    ]);
    expect(stacksOf(details)).toEqual([
      ['task', 1, 77, 'spinner', 'frob_ioctl __x64_sys_ioctl entry_SYSCALL_64_after_hwframe'],
      ['other-task', null, 15, 'rcu_preempt', '__schedule'],
      ['other-cpu', 2, 0, 'swapper/2', 'default_idle'],
    ]);
    expect(details.registers.map(({ of }) => of)).toEqual(['fault', 'other']);
  });

  it('a panic after the report prints the stack once more', () => {
    const details = detailsOf([
      'watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [fetcher:1187]',
      ...OOPS.slice(2),
      'Kernel panic - not syncing: softlockup: hung tasks',
      'CPU: 2 PID: 1187 Comm: fetcher Tainted: G             L     6.1.0-39-amd64 #1',
      'Call Trace:',
      ' panic+0x1a4/0x5c0',
      'Kernel Offset: 0x1a000000 from 0xffffffff81000000 (relocation range: 0xffffffff80000000-0xffffffffbfffffff)',
      '---[ end Kernel panic - not syncing: softlockup: hung tasks ]---',
    ]);
    expect(stacksOf(details).map(([role, , , , names]) => [role, names])).toEqual([
      ['task', 'frob_ioctl'],
      ['repeated', 'panic'],
    ]);
    expect(details.kernelOffset?.value).toBe(0x1a000000n);
  });

  it('a caller that prints in between has its own', () => {
    const mixed = OOPS.flatMap((line) => [
      `[   91.000000][ T1187] ${line}`,
      '[   91.000000][   C3]  frob_other+0x1/0x2',
    ]);
    const nmi = [
      '[   91.000000][   C3] NMI backtrace for cpu 3',
      '[   91.000000][   C3] Call Trace:',
      '[   91.000000][   C3]  frob_there+0x1/0x2',
    ];
    const details = detailsOfText([...mixed, ...nmi, ''].join('\n'));
    expect(stacksOf(details).map(([role, cpu, , , names]) => [role, cpu, names])).toEqual([
      ['task', 2, 'frob_ioctl'],
      ['other-cpu', 3, 'frob_there'],
    ]);
  });

  it('a dump of another CPU says its task in the next line', () => {
    const details = detailsOf([
      'watchdog: BUG: soft lockup - CPU#2 stuck for 26s! [fetcher:1187]',
      ...OOPS.slice(2),
      'Task dump for CPU 1:',
      'task:spinner         state:R  running task     stack:0     pid:77    ppid:1      flags:0x00004008',
      'Call Trace:',
      ' frob_spin+0x2f/0x90',
    ]);
    expect(stacksOf(details).at(-1)).toEqual(['other-cpu', 1, 77, 'spinner', 'frob_spin']);
  });
});
