import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse, analyseInstruction, type Disassemble, type Finding } from '@oopstream/core-forensics';
import { readDetails, readSession, readTranscript, type CodeBytes } from '@oopstream/core-transcript';
import { openDisassembler } from '../src';

const CASES = join(__dirname, '../../../core/transcript/cases');
const readCase = (path: string) => readFileSync(join(CASES, path, 'transcript.txt'));

let disassemble: Disassemble;
beforeAll(async () => {
  disassemble = await openDisassembler();
});

function evidenceOf(bytes: Uint8Array) {
  const [reading] = readTranscript(bytes).readings;
  if (reading === undefined) throw new Error('no report in the text');
  return { reading, details: readDetails(bytes, reading), session: readSession(bytes) };
}

function findingsOf(text: string | Uint8Array) {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const told = new Set(['instruction', 'effective-address', 'why-this-trap', 'value-chain']);
  const findings = analyse(evidenceOf(bytes), disassemble).findings.filter(({ kind }) => told.has(kind));
  return { findings, bytes };
}

const said = (findings: readonly Finding[]) =>
  findings.map(({ kind, confidence, claim }) => `${confidence} ${kind}: ${claim}`);

/** The report of a fault with these lines in it. */
const report = (given: { readonly code: string; readonly registers?: string; readonly ip?: string }) =>
  [
    'BUG: kernel NULL pointer dereference, address: 0000000000000008',
    '#PF: supervisor read access in kernel mode',
    '#PF: error_code(0x0000) - not-present page',
    'Oops: 0000 [#1] PREEMPT SMP NOPTI',
    'CPU: 0 PID: 1 Comm: sh Not tainted 6.1.0-55-amd64 #1',
    given.ip ?? 'RIP: 0010:f+0x20/0x40',
    `Code: ${given.code}`,
    'RSP: 0018:ffffc90000013d80 EFLAGS: 00010246',
    given.registers ?? 'RAX: 0000000000000000 RBX: ffff888003f5a000 RCX: 0000000000000000',
    'CR2: 0000000000000008 CR3: 0000000004b5a000 CR4: 00000000000006f0',
    'Call Trace:',
    ' <TASK>',
    ' f+0x20/0x40',
    ' g+0x10/0x20',
    ' </TASK>',
    '---[ end trace 0000000000000000 ]---',
    '',
  ].join('\n');

describe('the instruction of a crash', () => {
  it('explains the seed from raw stack words and four lines of dis', () => {
    const { findings, bytes } = findingsOf(readCase('kdump/seed.kmalloc-usb-analysis'));
    const expected = [
      'certain instruction: It trapped at mov 0x0(%rbp,%rax,1),%rbx (__kmalloc+171).',
      'certain effective-address: The instruction reads 8 bytes through ss at rbp+rax = 0x72006900560338.',
      'certain why-this-trap: rbp+rax = 0x72006900560338 is non-canonical: an access whose base is rbp or rsp goes through the stack segment, and a non-canonical address there raises #SS, not #GP (Intel SDM vol. 3, 6.15).',
      'likely value-chain: rax (0x0) is 4 bytes at r15+0x20 = 0xffff8ef487c0e9e0, by mov 0x20(%r15),%eax before the trap.',
      'likely value-chain: rcx (0x32a9b) is rdx+0x1, by lea 0x1(%rdx),%rcx before the trap, and the values agree.',
      'likely value-chain: rdi (0x28120) is 8 bytes at r15 = 0xffff8ef487c0e9c0, by mov (%r15),%rdi before the trap.',
    ];
    expect(said(findings)).toEqual(expect.arrayContaining(expected));
    const why = findings.find(({ kind }) => kind === 'why-this-trap');
    const shown = why?.evidence.map(({ span }) => bytes.subarray(span.start, span.end).toString());
    expect(shown?.[0]).toContain('<__kmalloc+171>');
    expect(shown?.[1]).toContain('0072006900560338');
  });

  it('takes the byte in brackets, and reads what stands before it', () => {
    const { findings } = findingsOf(
      report({
        code: '90 90 90 90 90 90 90 90 90 90 90 90 90 90 48 8b 43 10 <48> 8b 50 08 48 85 d2 74 0a c3',
      }),
    );
    expect(said(findings)).toEqual([
      'certain instruction: It trapped at mov 0x8(%rax),%rdx (f+32).',
      'certain effective-address: The instruction reads 8 bytes at rax+0x8 = 0x8: the fault address.',
      'certain why-this-trap: rax is NULL: the instruction reads 8 bytes at rax+0x8, a field 0x8 bytes into what it should point to.',
      'likely value-chain: rax (0x0) is 8 bytes at rbx+0x10 = 0xffff888003f5a010, by mov 0x10(%rbx),%rax before the trap.',
    ]);
  });

  it('does not read before a place that a jump leads to', () => {
    // The last two bytes jump back to the trapping instruction.
    const { findings } = findingsOf(
      report({
        code: '90 90 90 90 90 90 90 90 90 90 90 90 90 90 48 8b 43 10 <48> 8b 50 08 48 85 d2 75 f7 c3',
      }),
    );
    expect(findings.map(({ kind }) => kind)).not.toContain('value-chain');
  });

  it('says so where registers and fault address are not of one moment', () => {
    const { findings } = findingsOf(
      report({
        code: '90 90 <48> 8b 50 08 c3',
        registers: 'RAX: ffff888003f5a000 RBX: 0000000000000000 RCX: 0000000000000000',
      }),
    );
    expect(said(findings).slice(1)).toEqual([
      'hint effective-address: By these registers the instruction accesses rax+0x8 = 0xffff888003f5a008, not the fault address 0x8: registers, code and fault address are not of the same moment.',
    ]);
  });

  it('does not take the code of user space for the kernel\u2019s', () => {
    const user = [
      'WARNING: CPU: 0 PID: 1 at kernel/x.c:1 f+0x20/0x40',
      'CPU: 0 PID: 1 Comm: sh Not tainted 6.1.0-55-amd64 #1',
      'RIP: 0010:f+0x20/0x40',
      'RSP: 0018:ffffc90000013d80 EFLAGS: 00010246',
      'RAX: 0000000000000000 RBX: ffff888003f5a000 RCX: 0000000000000000',
      'Call Trace:',
      ' <TASK>',
      ' g+0x10/0x20',
      ' entry_SYSCALL_64_after_hwframe+0x63/0xcd',
      'RIP: 0033:0x7f0e33cdb2f7',
      'Code: b8 10 00 00 00 0f 05 <48> 3d 01 f0 ff ff 73 01 c3',
      'RSP: 002b:00007ffc0db68cc8 EFLAGS: 00000246 ORIG_RAX: 0000000000000010',
      'RAX: ffffffffffffffda RBX: 00000000010e1720 RCX: 00007f0e33cdb2f7',
      ' </TASK>',
      '---[ end trace 0000000000000000 ]---',
      '',
    ].join('\n');
    const bytes = Buffer.from(user);
    const evidence = evidenceOf(bytes);
    // Also where the code is handed over: the registers that it stands with are those of user space.
    const handed: CodeBytes = {
      bytes: [0x48, 0x3d, 0x01, 0xf0, 0xff, 0xff],
      trapAt: 0,
      unitBytes: 1,
      span: { start: user.indexOf('Code:'), end: user.indexOf('Code:') + 5 },
    };
    const given = { ...evidence, arch: 'x86_64' as const, registers: new Map() };
    expect(analyseInstruction(given, disassemble).site).toBeNull();
    const details = { ...evidence.details, code: handed };
    expect(analyseInstruction({ ...given, details }, disassemble).site).toBeNull();
    const moved = {
      ...handed,
      span: { start: user.indexOf('RIP: 0010'), end: user.indexOf('RIP: 0010') + 5 },
    };
    const kernel = { ...evidence.details, code: moved };
    expect(analyseInstruction({ ...given, details: kernel }, disassemble).site).not.toBeNull();
  });

  it('reads before the trap only what all readings agree on', () => {
    // Every beginning ends in the same instruction, or runs over the trap: too few agree.
    const { findings } = findingsOf(report({ code: '48 b8 <48> 8b 50 08 c3' }));
    expect(findings.map(({ kind }) => kind)).not.toContain('value-chain');
  });

  it('takes the first byte of old kernels, which marked none, and is less sure of it', () => {
    const evidence = evidenceOf(readCase('kdump/ghost-timer-02.dmesg'));
    const bytes = [0x8b, 0x42, 0x04, 0x85, 0xc0];
    const code: CodeBytes = { bytes, trapAt: null, unitBytes: 1, span: { start: 0, end: 14 } };
    const given = {
      ...evidence,
      details: { ...evidence.details, code },
      session: null,
      registers: new Map(),
    };
    const old = analyseInstruction({ ...given, arch: 'i386' }, disassemble);
    expect(old.site?.trapped.decoded.text).toBe('mov 0x4(%edx),%eax');
    expect(old.site?.confidence).toBe('likely');
    expect(analyseInstruction({ ...given, arch: 'x86_64' }, disassemble).site).toBeNull();
  });

  it('says so where dis lists another instruction than the one that ran', () => {
    const bytes = readCase('kdump/ghost-timer-02.crash-session');
    const evidence = evidenceOf(bytes);
    const { session, reading } = evidence;
    const { offset } = reading.fault ?? {};
    const given = (text: string) => ({
      ...evidence,
      arch: 'x86_64' as const,
      registers: new Map(),
      session: session && {
        ...session,
        instructions: session.instructions.map((line) => (line.offset === offset ? { ...line, text } : line)),
      },
    });
    const [told] = analyseInstruction(given('mov %rsi,0x10(%rcx)'), disassemble).findings;
    expect(told?.claim).toContain('dis shows mov %rsi,0x10(%rcx) there');
    expect(told?.confidence).toBe('likely');
    const [agreeing] = analyseInstruction(given('mov    %rsi,0x8(%rcx)'), disassemble).findings;
    expect(agreeing).toMatchObject({ confidence: 'certain', confirm: null });
    expect(agreeing?.evidence).toHaveLength(2);
  });

  it('never throws, whatever stands in Code', () => {
    const bytes = readCase('kdump/ghost-timer-02.dmesg');
    const evidence = evidenceOf(bytes);
    const code = evidence.details.code as CodeBytes;
    const registers = evidence.details.registers[0]?.values ?? new Map();
    let seed = 1;
    for (let run = 0; run < 2_000; run += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      const changed = code.bytes.map((byte, at) =>
        at % 7 === seed % 7 ? null : at % 3 === seed % 3 ? (seed >>> (at % 24)) & 255 : byte,
      );
      const trapAt = seed % 70;
      const details = { ...evidence.details, code: { ...code, bytes: changed, trapAt } };
      expect(() =>
        analyseInstruction({ ...evidence, details, registers, arch: 'x86_64' }, disassemble),
      ).not.toThrow();
    }
  });
});
