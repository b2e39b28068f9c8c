import { parseInstructionText, type DecodedInstruction, type MemoryOperand } from '@oopstream/core-forensics';
import fc from 'fast-check';
import { openDisassembler } from '../src';

const ADDRESS = 0xffffffff81000000n;
/** Registers that the text parser keeps no account of. */
const OTHER_REGISTERS = /%(?:[xyz]?mm|st|k\d|bnd|tmm|[cdt]r\d)|%(?:[cdefgs]s)\b(?!:)/;
/** What compilers make kernels of. */
const COMMON =
  /^(?:mov|movabs|mov[sz][bwl][wlq]|lea|add|adc|sub|sbb|and|or|xor|cmp|test|inc|dec|neg|not|i?mul|i?div|sh[lr]d?|sa[lr]|ro[lr]|rc[lr]|push|pop|call|jmp|j[a-z]{1,3}|ret|xchg|xadd|cmpxchg|bt[scr]?|set[a-z]+|cmov[a-z]+|(?:movs|stos|lods|cmps|scas)[bwlq]?|cltq|cqto|cltd|cwtl|leave|ud2|int3|rdmsr|wrmsr|cpuid|rdtsc)$/;
/** Forms on bytes, which write half of what the wide forms write; `xchg` with itself; 32-bit position-relative. */
const NOT_COMPARED = /^i?(?:mul|div) %\w+[lhb]$|^i?(?:mul|div)b |^(?:lret|lcall|ljmp)|^xchg %(\w+),%\1$|%eip/;

const memoryOf = (one: MemoryOperand) =>
  [one.base, one.index, one.scale, one.displacement, one.segment, one.sizeBytes, one.access].join(' ');
const summary = ({ memory, writes, flow }: DecodedInstruction) => ({
  memory: memory
    .filter((one) => !one.implicit)
    .map(memoryOf)
    .toSorted(),
  writes: writes.toSorted(),
  flow,
});

const anyBytes = fc.uint8Array({ minLength: 0, maxLength: 15 });
/** Mostly real instructions: an opcode of the common maps, any operands. */
const likelyBytes = fc
  .tuple(
    fc.constantFrom([], [0xf0], [0xf3], [0x65], [0x66]),
    fc.constantFrom([], [0x48], [0x4c], [0x41], [0x49]),
    fc.constantFrom([], [0x0f]),
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

describe('text and bytes of the same instruction', () => {
  it('say the same of memory, registers and flow on x86_64', async () => {
    const disassemble = await openDisassembler(['x86_64']);
    let compared = 0;
    fc.assert(
      fc.property(fc.oneof(likelyBytes, anyBytes), (bytes) => {
        const decoded = disassemble('x86_64', bytes, ADDRESS);
        if (decoded === null || !COMMON.test(decoded.mnemonic)) return;
        if (OTHER_REGISTERS.test(decoded.text) || NOT_COMPARED.test(decoded.text)) return;
        const read = parseInstructionText(decoded.text, 'x86_64');
        compared += 1;
        expect({ text: decoded.text, ...(read && summary(read)) }).toEqual({
          text: decoded.text,
          ...summary(decoded),
        });
      }),
      { numRuns: 20_000 },
    );
    expect(compared).toBeGreaterThan(5_000);
  });

  it('are read without an error whatever the bytes, and never as longer than they are', async () => {
    const disassemble = await openDisassembler();
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
    fc.assert(
      fc.property(arch, anyBytes, fc.bigInt(0n, (1n << 64n) - 1n), (one, bytes, address) => {
        const decoded = disassemble(one, bytes, address);
        expect(decoded?.lengthBytes ?? 0).toBeLessThanOrEqual(bytes.length);
        const lengths = disassemble.lengths?.(one, bytes, 3) ?? new Uint8Array(bytes.length);
        expect(lengths).toHaveLength(bytes.length);
        for (const [at, length] of lengths.entries()) {
          expect(at + length).toBeLessThanOrEqual(bytes.length);
          if (one !== 'x86_64' || length === 0) continue;
          expect(length).toBe(disassemble(one, bytes.subarray(at), address)?.lengthBytes);
        }
        if (one === 'x86_64' && bytes.length > 0) expect(lengths[0]).toBe(decoded?.lengthBytes ?? 0);
      }),
      { numRuns: 5_000 },
    );
  });
});
