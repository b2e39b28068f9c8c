import { openDisassembler } from './disassembler';

const bytesOf = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => parseInt(byte, 16)));

/** Bytes and the text that crash(8) 8 (gdb 10) and gdb 13 print for them, without blanks of alignment. */
const X86_64: readonly (readonly [string, string])[] = [
  ['48 8b 5c 05 00', 'mov 0x0(%rbp,%rax,1),%rbx'],
  ['48 8b 03', 'mov (%rbx),%rax'],
  ['48 8b 45 00', 'mov 0x0(%rbp),%rax'],
  ['48 8b 4b f8', 'mov -0x8(%rbx),%rcx'],
  ['48 8b 3c 25 88 00 00 00', 'mov 0x88,%rdi'],
  ['c7 04 25 00 00 00 00 00 00 00 00', 'movl $0x0,0x0'],
  ['65 48 8b 04 25 28 00 00 00', 'mov %gs:0x28,%rax'],
  ['65 ff 0d 49 1a 6f 5d', 'decl %gs:0x5d6f1a49(%rip)'],
  ['48 c7 c7 08 b2 6c c0', 'mov $0xffffffffc06cb208,%rdi'],
  ['48 b8 15 7c 4a 7f b9 79 37 9e', 'movabs $0x9e3779b97f4a7c15,%rax'],
  ['f3 a4', 'rep movsb %ds:(%rsi),%es:(%rdi)'],
  ['f3 48 a5', 'rep movsq %ds:(%rsi),%es:(%rdi)'],
  ['f3 aa', 'rep stos %al,%es:(%rdi)'],
  ['f0 0f b1 13', 'lock cmpxchg %edx,(%rbx)'],
  ['f7 77 0c', 'divl 0xc(%rdi)'],
  ['0f 0b', 'ud2'],
  ['cc', 'int3'],
  ['ff 50 08', 'call *0x8(%rax)'],
  ['ff d0', 'call *%rax'],
  ['0f 1f 44 00 00', 'nopl 0x0(%rax,%rax,1)'],
  ['48 63 c2', 'movslq %edx,%rax'],
  ['4c 0f a3 2f', 'bt %r13,(%rdi)'],
];

describe('what the disassembler says', () => {
  it.each(X86_64)('%s is %s', async (hex, text) => {
    const disassemble = await openDisassembler(['x86_64']);
    const bytes = bytesOf(hex);
    expect(disassemble('x86_64', bytes, 0xffffffff84287f8bn)).toMatchObject({
      text,
      lengthBytes: bytes.length,
    });
  });

  it('takes rbp as a base through the stack segment, rbx through the data segment', async () => {
    const disassemble = await openDisassembler(['x86_64']);
    expect(disassemble('x86_64', bytesOf('48 8b 5c 05 00'), 0n)?.memory).toEqual([
      {
        base: 'rbp',
        index: 'rax',
        scale: 1,
        displacement: 0n,
        segment: 'ss',
        sizeBytes: 8,
        access: 'read',
        implicit: false,
        target: null,
      },
    ]);
    expect(disassemble('x86_64', bytesOf('48 8b 03'), 0n)?.memory).toMatchObject([
      { base: 'rbx', segment: 'ds' },
    ]);
  });

  it('reads arm64 and arm words, Thumb at odd addresses, and says no to what is none', async () => {
    const disassemble = await openDisassembler(['arm64', 'arm']);
    expect(disassemble('arm64', bytesOf('93 02 40 f9'), 0xffff800008000000n)).toMatchObject({
      text: 'ldr x19, [x20]',
      memory: [{ base: 'x20', access: 'read', sizeBytes: 8, segment: null }],
      writes: ['x19'],
    });
    expect(disassemble('arm64', bytesOf('00 00 21 d4'), 0n)).toMatchObject({
      text: 'brk #0x800',
      flow: 'trap',
    });
    expect(disassemble('arm64', bytesOf('ff ff ff ff'), 0n)).toBeNull();
    expect(disassemble('arm', bytesOf('00 10 91 e5'), 0n)).toMatchObject({ text: 'ldr r1, [r1]' });
    expect(disassemble('arm', bytesOf('08 68 00 00'), 1n)).toMatchObject({
      text: 'ldr r0, [r1]',
      lengthBytes: 2,
    });
    expect(disassemble('x86_64', bytesOf('0f 0b'), 0n)).toBeNull();
  });

  it('knows i386 registers and no other architecture', async () => {
    const disassemble = await openDisassembler();
    expect(disassemble('i386', bytesOf('8b 45 08'), 0n)).toMatchObject({
      text: 'mov 0x8(%ebp),%eax',
      memory: [{ base: 'ebp', segment: 'ss' }],
      writes: ['eax'],
    });
    expect(disassemble('powerpc', bytesOf('10 00 23 e9'), 0n)).toBeNull();
    expect(disassemble('x86_64', new Uint8Array(), 0n)).toBeNull();
    expect(disassemble('x86_64', bytesOf('06'), 0n)).toBeNull();
  });
});
