import { lines } from '../test/session-text';
import { readTranscript } from './index';

const TRAP = [
  'PID: 17       TASK: ffff8bae01268000  CPU: 0    COMMAND: "fetcher"',
  ' #0 [ffffd06940093b08] machine_kexec at ffffffffa667754f',
  ' #1 [ffffd06940093c30] oops_end at ffffffffa6636321',
  ' #2 [ffffd06940093c50] do_stack_segment at ffffffffa6687339',
  ' #3 [ffffd06940093d00] stack_segment at ffffffffa7200c02',
  ' #4 [ffffd06940093db8] frob_commit at ffffffffc061a123 [frobnic]',
  ' #5 [ffffd06940093de8] frob_ioctl at ffffffffc061b5e7 [frobnic]',
  ' #6 [ffffd06940093e78] do_syscall_64 at ffffffffa6e1e3d8',
];

const faultOf = (...text: readonly string[]) => {
  const { readings } = readTranscript(Buffer.from(lines(...text)));
  expect(readings.length).toBe(1);
  const fault = readings[0]?.fault;
  return fault && `${fault.function}+${fault.offset} [${fault.module}]`;
};

describe('where the pointer stood', () => {
  it.each([
    ['nothing says the offset', [], 'frob_commit+null [frobnic]'],
    [
      'a line of dis',
      ['crash> dis frob_commit', '0xffffffffc061a123 <frob_commit+35>:\tmov (%rax),%rbx'],
      'frob_commit+35 [frobnic]',
    ],
    [
      'in hexadecimal',
      ['0xffffffffc061a123 <frob_commit+0x23>:\tmov (%rax),%rbx'],
      'frob_commit+35 [frobnic]',
    ],
    [
      'a line of sym',
      ['crash> sym ffffffffc061a123', 'ffffffffc061a123 (t) frob_commit+35 [frobnic] frobnic.c: 12'],
      'frob_commit+35 [frobnic]',
    ],
    [
      'of another function',
      ['0xffffffffc061a123 <frob_other+35>:\tmov (%rax),%rbx'],
      'frob_commit+null [frobnic]',
    ],
  ])('%s', (_name, more, expected) => {
    expect(faultOf('crash> bt', ...TRAP, ...more)).toBe(expected);
  });

  it('is not in a frame that crash(8) itself calls bogus', () => {
    const registers = [
      '    [exception RIP: frob_stale+1]',
      '    RIP: ffffffffc061c001  RSP: 0000000000000002  RFLAGS: 00000001',
    ];
    const trusted = TRAP.toSpliced(5, 0, ...registers);
    const bogus = TRAP.toSpliced(5, 0, ...registers, 'WARNING: possibly bogus exception frame');
    expect(faultOf(...trusted)).toBe('frob_stale+1 [null]');
    expect(faultOf(...bogus)).toBe('frob_commit+null [frobnic]');
  });
});

describe('backtraces of one text', () => {
  it('an excerpt of `bt -f` is no crash of its own, wherever it begins', () => {
    const excerpt = TRAP.slice(4).flatMap((frame) => [
      frame,
      '    ffffd06940093d08: 0000000000000000 0000000000000001',
    ]);
    expect(faultOf(...TRAP, '# bt -f', ...excerpt)).toBe('frob_commit+null [frobnic]');
    expect(faultOf(...TRAP, 'crash> bt -f', ...excerpt)).toBe('frob_commit+null [frobnic]');
  });

  it('the module may be told by `bt -t`, whose stale addresses are no frames', () => {
    const bt = [
      ...TRAP.slice(0, 5),
      '    [exception RIP: frob_tick+35]',
      '    RIP: ffffffffc0999123  RSP: ffffd06940093db8  RFLAGS: 00010246',
      ' #4 [ffffd06940093de8] kthread at ffffffffa66cd41a',
    ];
    const symbols = [
      'crash> bt -t',
      TRAP[0] ?? '',
      '              START: machine_kexec at ffffffffa667754f',
      '  [ffffd06940093e10] frob_run at ffffffffc0999f00 [frobnic]',
    ];
    expect(faultOf(...bt)).toBe('frob_tick+35 [null]');
    expect(faultOf(...bt, ...symbols)).toBe('frob_tick+35 [frobnic]');
  });
});
