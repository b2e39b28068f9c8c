import { readTranscript } from '@oopstream/core-transcript';
import { analyseText, NULL_HEAD, oopsText } from '../oops-text';

const POINTER = 'ffffffff84287f8b';
const RPM = '/usr/src/debug/kernel-4.18.0-147.5.1.el8_1/linux-4.18.0-147.5.1.el8_1.x86_64/mm/slub.c: 283';

/** A session with the exception frame at POINTER, and listings. */
const session = (...more: readonly string[]) =>
  [
    'PID: 1187   TASK: ffff8f0bca5717c0  CPU: 1   COMMAND: "fetcher"',
    ' #0 [ffffabfa4b0eb9d0] machine_kexec at ffffffff8405879e',
    ' #1 [ffffabfa4b0ebb80] general_protection at ffffffff84a0108e',
    '    [exception RIP: foo_get+171]',
    `    RIP: ${POINTER}  RSP: ffffabfa4b0ebc38  RFLAGS: 00010202`,
    '    RAX: 0000000000000000  RBX: 00000000006080c0  RCX: 0000000000032a9b',
    '    RDX: 0000000000032a9a  RSI: 00000000006080c0  RDI: 0000000000028120',
    '    RBP: 0000000000000000  R8: ffff8f03dfb28120   R9: 0000000000000001',
    '    R10: 0000000000000001  R11: 0000000000000000  R12: 00000000006080c0',
    '    R13: 00000000000000fe  R14: ffff8ef487c0e9c0  R15: ffff8ef487c0e9c0',
    '    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018',
    ' #2 [ffffabfa4b0ebc70] foo_ioctl at ffffffff845c5e52',
    '',
    ...more,
    '',
  ].join('\n');
const claims = (text: string, kind: string) =>
  analyseText(text)
    .findings.filter((one) => one.kind === kind)
    .map(({ claim }) => claim);
const dis = (address: string, source = RPM) => [
  'crash> dis -l foo_get',
  source,
  `0x${address} <foo_get+171>:     mov    0x0(%rbp,%rax,1),%rbx`,
];

describe('where it happened', () => {
  it('a listing of the instruction pointer names the line, without the build machine’s path', () => {
    expect(claims(session(...dis(POINTER)), 'source')).toEqual([
      `The instruction pointer 0x${POINTER} is foo_get+171 (mm/slub.c:283).`,
    ]);
  });

  it('a listing of another address says nothing of it', () => {
    expect(claims(session(...dis('ffffffff84287f8c')), 'source')).toEqual([]);
  });

  it('the package stands in the path of debuginfo, and in no other path', () => {
    expect(claims(session(...dis(POINTER)), 'release')).toEqual([
      'The source path names the package kernel-4.18.0-147.5.1.el8_1 and the release 4.18.0-147.5.1.el8_1.x86_64.',
    ]);
    expect(claims(session(...dis(POINTER, '/home/me/linux-5.4/mm/slub.c: 283')), 'release')).toEqual([]);
  });

  it('the task is told as the report has it; of a torn report as likely', () => {
    const whole = oopsText({ head: NULL_HEAD });
    expect(claims(whole, 'task')).toEqual(['The task was fetcher (pid 1187, on CPU 1).']);
    expect(readTranscript(Buffer.from(whole)).readings[0]!.damage).toBeNull();
    const torn = whole.slice(0, whole.indexOf('RAX:'));
    const task = analyseText(torn).findings.find(({ kind }) => kind === 'task');
    expect(task).toMatchObject({ confidence: 'likely' });
  });
});
