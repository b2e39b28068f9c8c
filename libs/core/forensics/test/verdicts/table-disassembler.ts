import { parseInstructionText, type Disassemble } from '../../src';

/** The few instructions that the written cases trap at: bytes as `Code:` prints them, and the text they stand for. */
const INSTRUCTIONS: readonly (readonly [bytes: string, text: string])[] = [
  ['48 8b 43 18', 'mov 0x18(%rbx),%rax'],
  ['48 89 43 18', 'mov %rax,0x18(%rbx)'],
  ['48 8b 5c 05 00', 'mov 0x0(%rbp,%rax,1),%rbx'],
  ['80 3c 02 00', 'cmpb $0x0,(%rdx,%rax,1)'],
  ['f7 f1', 'div %ecx'],
  ['0f 0b', 'ud2'],
  ['0f c7 f8', 'rdseed %eax'],
  ['50', 'push %rax'],
  ['80 0e 40 f9', 'ldr x20, [x20, #24]'],
];

/** Knows a table instead of an architecture: core tests need no adapter. */
export const tableDisassembler: Disassemble = (arch, bytes) => {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const row = INSTRUCTIONS.find(([start]) => hex.startsWith(start));
  return row === undefined ? null : parseInstructionText(row[1], arch);
};
