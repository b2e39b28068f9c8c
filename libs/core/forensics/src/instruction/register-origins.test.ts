import { parseInstructionText } from './instruction-text';
import { explainRegisters } from './register-origins';

function explain(
  lines: readonly string[],
  registers: Readonly<Record<string, bigint>>,
  joins: readonly number[] = [],
) {
  const decoded = lines.map((line) => parseInstructionText(line, 'x86_64'));
  const origins = explainRegisters(decoded, new Map(Object.entries(registers)), 'x86_64', new Set(joins));
  return origins.map(
    ({ register, source, confirmed }) => `${register} is ${source}${confirmed ? ', confirmed' : ''}`,
  );
}

describe('where registers came from', () => {
  it('reads the code before the trap backwards', () => {
    const lines = ['mov 0x20(%r15),%eax', 'mov (%r15),%rdi', 'lea 0x1(%rdx),%rcx'];
    const registers = { r15: 0xffff8ef487c0e9c0n, rax: 0n, rdi: 0x28120n, rdx: 207514n, rcx: 207515n };
    expect(explain(lines, registers)).toEqual([
      'rcx is rdx+0x1, confirmed',
      'rdi is 8 bytes at r15 = 0xffff8ef487c0e9c0',
      'rax is 4 bytes at r15+0x20 = 0xffff8ef487c0e9e0',
    ]);
  });

  it('tells nothing that the values contradict', () => {
    expect(explain(['lea 0x1(%rdx),%rcx'], { rdx: 1n, rcx: 3n })).toEqual([]);
    expect(explain(['mov (%rdi),%eax'], { rdi: 0xffff888000000000n, rax: 1n << 40n })).toEqual([]);
    expect(explain(['xor %eax,%eax'], { rax: 5n })).toEqual([]);
  });

  it('keeps the last write only, and says where a source has changed since', () => {
    expect(explain(['mov %rdi,%rax', 'mov %rsi,%rax'], { rax: 7n, rsi: 7n, rdi: 8n })).toEqual([
      'rax is rsi, confirmed',
    ]);
    expect(explain(['mov 0x8(%rax),%rbx', 'mov $0x0,%rax'], { rax: 0n, rbx: 5n })).toEqual([
      'rax is 0x0, confirmed',
      'rbx is 8 bytes at rax+0x8 with rax as before',
    ]);
    expect(explain(['mov 0x8(%rax),%rax'], { rax: 5n })).toEqual([
      'rax is 8 bytes at rax+0x8 with rax as before',
    ]);
  });

  it('lets a call change what it may change', () => {
    const lines = ['mov %rbx,%rdi', 'mov %r12,%rbp', 'call 0xffffffff81000000 <f>'];
    expect(explain(lines, { rax: 0n, rdi: 1n, rbx: 1n, rbp: 2n, r12: 2n })).toEqual([
      'rax is what the call <f> returned',
      'rbp is r12, confirmed',
    ]);
  });

  it('goes no further than to a join, a jump, a return or a line that cannot be read', () => {
    const registers = { rax: 1n, rbx: 1n, rcx: 2n, rdx: 2n };
    const lines = ['mov %rbx,%rax', 'mov %rdx,%rcx'];
    expect(explain(lines, registers)).toHaveLength(2);
    expect(explain(lines, registers, [1])).toEqual(['rcx is rdx, confirmed']);
    for (const stop of ['jmp 0xffffffff81000000', 'ret', '(bad)']) {
      expect(explain(['mov %rbx,%rax', stop, 'mov %rdx,%rcx'], registers)).toEqual(['rcx is rdx, confirmed']);
    }
    // A conditional jump was not taken: what stands before it was executed.
    expect(explain(['mov %rbx,%rax', 'je 0xffffffff81000000', 'mov %rdx,%rcx'], registers)).toHaveLength(2);
  });
});
