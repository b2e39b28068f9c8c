import fc from 'fast-check';
import { parseInstructionText } from './instruction-text';

const x86 = (text: string) => parseInstructionText(text, 'x86_64');

describe('AT&T text', () => {
  it('gives base, index, scale, displacement, segment, size and access', () => {
    expect(x86('mov    0x0(%rbp,%rax,1),%rbx')).toMatchObject({
      text: 'mov 0x0(%rbp,%rax,1),%rbx',
      mnemonic: 'mov',
      memory: [
        {
          base: 'rbp',
          index: 'rax',
          scale: 1,
          displacement: 0n,
          segment: 'ss',
          sizeBytes: 8,
          access: 'read',
        },
      ],
      writes: ['rbx'],
      flow: 'next',
    });
    expect(x86('mov %rcx,-0x8(%rsi,%rax,8)')?.memory).toMatchObject([
      { base: 'rsi', index: 'rax', scale: 8, displacement: -8n, segment: 'ds', access: 'write' },
    ]);
  });

  it.each([
    [
      'mov    0x20(%r15),%eax  //%r15\u00e4\u00b8\u00ba s->offset',
      { base: 'r15', displacement: 0x20n, sizeBytes: 4 },
    ],
    ['add    %gs:0x7ecee6ad(%rip),%r8        # 0x199e8', { base: 'rip', segment: 'gs', target: 0x199e8n }],
    [
      'mov    0x18c3(%rip),%rdi        # 0xffffffffc04a4408 <nd>',
      { base: 'rip', target: 0xffffffffc04a4408n },
    ],
    ['mov    %gs:0x28,%rax', { base: null, segment: 'gs', target: 0x28n }],
    ['mov    0x88,%rdi', { base: null, target: 0x88n }],
    ['call   *0x8(%rax)', { base: 'rax', displacement: 8n, access: 'read' }],
    ['lock cmpxchg %edx,(%rbx)', { base: 'rbx', access: 'read-write', sizeBytes: 4 }],
    ['movzbl 0x1(%rdi),%eax', { base: 'rdi', sizeBytes: 1 }],
    ['lea    0x1(%rdx),%rcx', { base: 'rdx', access: 'address' }],
    ['nopl   0x0(%rax,%rax,1) [FTRACE NOP]', { base: 'rax', access: 'address' }],
    ['cmpl   $0x0,0x8(%rsp)', { base: 'rsp', segment: 'ss', access: 'read', sizeBytes: 4 }],
  ])('reads %s', (text, memory) => {
    expect(x86(text)?.memory[0]).toMatchObject(memory);
  });

  it('knows the operands that strings, stacks and divisions use without naming them', () => {
    expect(x86('rep movsb %ds:(%rsi),%es:(%rdi)')).toMatchObject({
      memory: [
        { base: 'rsi', access: 'read', sizeBytes: 1 },
        { base: 'rdi', access: 'write', segment: 'es' },
      ],
      writes: ['rsi', 'rdi', 'rcx'],
      prefixes: ['rep'],
    });
    expect(x86('push %rbp')?.memory).toMatchObject([
      { base: 'rsp', displacement: -8n, implicit: true, access: 'write' },
    ]);
    expect(x86('divl 0xc(%rdi)')?.writes).toEqual(['rax', 'rdx']);
    expect(x86('movslq %edx,%rax')).toMatchObject({ memory: [], writes: ['rax'] });
  });

  it('says where the flow goes', () => {
    expect(x86('call   0xffffffffb3e07e3d <_printk>')).toMatchObject({
      flow: 'call',
      operands: [{ kind: 'target', address: 0xffffffffb3e07e3dn }],
    });
    expect(x86('jne    0xffffffffc06ca081 <nvc_stat_roll+17>')?.flow).toBe('jump');
    expect(x86('ud2')?.flow).toBe('trap');
    expect(x86('ret')?.flow).toBe('return');
  });

  it.each([
    '',
    '(bad)',
    'mov 0x(%rbp',
    'mov    %rax,',
    'lorem ipsum dolor',
    '.byte 0xff',
    'mov (%rax,%rbx,3),%rcx',
  ])('makes nothing of %j', (text) => {
    expect(x86(text)).toBeNull();
  });
});

describe('text of other architectures', () => {
  it.each([
    ['arm64', 'ldr x0, [x1, #16]', { base: 'x1', displacement: 16n, access: 'read', sizeBytes: 8 }, ['x0']],
    ['arm64', 'str w2, [x19]', { base: 'x19', access: 'write', sizeBytes: 4 }, []],
    ['arm64', 'ldr x0, [x1, x2, lsl #3]', { base: 'x1', index: 'x2', scale: 8 }, ['x0']],
    ['arm64', 'ldp x7, x8, [x1], #16', { base: 'x1', displacement: 0n, sizeBytes: 16 }, ['x7', 'x8', 'x1']],
    ['arm64', 'stp x29, x30, [sp, #-32]!', { base: 'sp', displacement: -32n, access: 'write' }, ['sp']],
    ['arm64', 'ldrb w1, [x19]', { base: 'x19', sizeBytes: 1 }, ['x1']],
    ['arm', 'ldr r1, [r2, #4]', { base: 'r2', displacement: 4n, sizeBytes: 4 }, ['r1']],
    ['powerpc', 'ld      r9,16(r10)', { base: 'r10', displacement: 16n, sizeBytes: 8 }, ['r9']],
    ['powerpc', 'stw     r0,-4(r1)', { base: 'r1', displacement: -4n, access: 'write', sizeBytes: 4 }, []],
    ['powerpc', 'lwzx    r3,r4,r5', { base: 'r4', index: 'r5', access: 'read' }, ['r3']],
    ['riscv', 'ld a5,24(a0)', { base: 'a0', displacement: 24n, sizeBytes: 8 }, ['a5']],
    ['s390x', 'lg %r1,16(%r2,%r3)', { base: 'r3', index: 'r2', displacement: 16n }, ['r1']],
  ] as const)('%s: %s', (arch, text, memory, writes) => {
    const decoded = parseInstructionText(text, arch);
    expect(decoded?.memory).toMatchObject([memory]);
    expect(decoded?.writes).toEqual(writes);
  });

  it('knows traps, calls and what writes nothing', () => {
    expect(parseInstructionText('brk #0x800', 'arm64')).toMatchObject({ flow: 'trap', writes: [] });
    expect(parseInstructionText('bl 0xffff800008012340 <printk>', 'arm64')?.flow).toBe('call');
    expect(parseInstructionText('cmp x0, x1', 'arm64')?.writes).toEqual([]);
    expect(parseInstructionText('ebreak', 'riscv')?.flow).toBe('trap');
  });
});

it('no text makes reading throw', () => {
  const arch = fc.constantFrom(
    'x86_64',
    'i386',
    'arm64',
    'arm',
    'powerpc',
    's390x',
    'riscv',
    'mips',
    'loongarch',
  );
  const piece = fc.constantFrom(
    'mov',
    'ld',
    ' ',
    ',',
    '(',
    ')',
    '%rax',
    '0x',
    '8',
    '[',
    ']',
    '#',
    '*',
    '$',
    '%',
    '!',
    'x1',
  );
  const text = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(arch, text, (one, given) => {
      expect(() => parseInstructionText(given, one)).not.toThrow();
    }),
    { numRuns: 2_000 },
  );
});
