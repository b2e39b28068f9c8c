import { parseInstructionText } from '../../src/instruction/instruction-text';
import { explainTrap } from '../../src/instruction/why-trap';
import { CANONICAL, explain, USB_WORDS, type Pair } from './explain-given';

const PAIRS: readonly Pair[] = [
  [
    '#SS: a non-canonical base rbp',
    {
      exception: 'stack_segment',
      text: 'mov 0x0(%rbp,%rax,1),%rbx',
      registers: { rbp: USB_WORDS, rax: 0n },
    },
    'stack-segment-non-canonical certain',
    { exception: 'stack_segment', text: 'mov 0x0(%rbp,%rax,1),%rbx', registers: { rbp: CANONICAL, rax: 0n } },
    [],
  ],
  [
    '#SS: the base unknown',
    { exception: 'stack_segment', text: 'mov 0x8(%rbp),%rbx' },
    'stack-segment-non-canonical likely',
    { exception: 'stack_segment', text: 'mov 0x8(%rbx),%rax' },
    [],
  ],
  [
    '#SS: the instruction unknown',
    { exception: 'stack_segment', text: null, registers: { rbp: USB_WORDS, rsp: CANONICAL } },
    'stack-segment-non-canonical likely',
    { exception: 'stack_segment', text: null, registers: { rbp: CANONICAL, rsp: CANONICAL, rbx: USB_WORDS } },
    [],
  ],
  [
    '#SS is not told by a non-canonical rbx',
    {
      exception: 'general_protection',
      text: 'mov (%rbx),%rax',
      registers: { rbx: USB_WORDS, rsp: CANONICAL },
    },
    'non-canonical certain',
    { exception: 'stack_segment', text: 'mov (%rbx),%rax', registers: { rbx: USB_WORDS } },
    [],
  ],
  [
    '#GP: a non-canonical address',
    { exception: 'general_protection', text: 'mov 0x18(%rax),%rcx', registers: { rax: 0xdead000000000100n } },
    'non-canonical certain',
    { exception: 'general_protection', text: 'mov 0x18(%rbp),%rcx', registers: { rbp: 0xdead000000000100n } },
    [],
  ],
  [
    '#GP: canonical with five levels of page tables only',
    { exception: 'general_protection', text: 'mov (%rax),%rcx', registers: { rax: 0x00ff000000000000n } },
    'non-canonical likely',
    {
      exception: 'general_protection',
      text: 'mov (%rax),%rcx',
      registers: { rax: 0x00ff000000000000n, cr4: 0x1000n },
    },
    [],
  ],
  [
    '#GP: lea touches no memory',
    {
      exception: 'general_protection',
      text: 'mov (%rax),%rcx',
      registers: { rax: USB_WORDS, gs_base: 0xffff8f03dfa80000n },
    },
    'non-canonical certain',
    { exception: 'general_protection', text: 'lea 0x8(%rax),%rcx', registers: { rax: USB_WORDS } },
    [],
  ],
  [
    '#GP: an indirect call',
    { exception: 'general_protection', text: 'call *%rax', registers: { rax: USB_WORDS } },
    'non-canonical-target certain',
    { exception: 'general_protection', text: 'call *%rax', registers: { rax: 0xffffffff81000000n } },
    [],
  ],
  [
    '#GP: a model-specific register',
    { exception: 'general_protection', text: 'wrmsr', registers: { rcx: 0x48n, rax: 1n, rdx: 0n } },
    'model-specific-register certain',
    { exception: 'general_protection', text: 'cpuid', registers: { rcx: 0x48n } },
    [],
  ],
  [
    '#GP: an unaligned vector',
    {
      exception: 'general_protection',
      text: 'movaps %xmm0,0x8(%rsp)',
      registers: { rsp: 0xffffc90000000000n },
    },
    'unaligned certain',
    {
      exception: 'general_protection',
      text: 'movaps %xmm0,0x10(%rsp)',
      registers: { rsp: 0xffffc90000000000n },
    },
    [],
  ],
  [
    '#GP: a segment register',
    { exception: 'general_protection', text: 'mov %eax,%ds', registers: { rax: 0xffn } },
    'segment-load likely',
    { exception: 'general_protection', text: 'mov %ds,%eax', registers: { rax: 0xffn } },
    [],
  ],
  [
    'a division by zero',
    { exception: 'divide_error', text: 'div %ecx', registers: { rcx: 0x100000000n, rax: 5n, rdx: 0n } },
    'divide-by-zero certain',
    { exception: 'divide_error', text: 'div %ecx', registers: { rcx: 2n, rax: 5n, rdx: 0n } },
    [],
  ],
  [
    'a quotient that does not fit',
    { exception: 'divide_error', text: 'div %rcx', registers: { rcx: 2n, rax: 0n, rdx: 2n } },
    'divide-overflow certain',
    { exception: 'divide_error', text: 'div %rcx', registers: { rcx: 3n, rax: 0n, rdx: 2n } },
    [],
  ],
  [
    'a signed quotient that does not fit',
    {
      exception: 'divide_error',
      text: 'idiv %ecx',
      registers: { rcx: 0xffffffffn, rax: 0x80000000n, rdx: 0xffffffffn },
    },
    'divide-overflow certain',
    {
      exception: 'divide_error',
      text: 'idiv %ecx',
      registers: { rcx: 1n, rax: 0x80000000n, rdx: 0xffffffffn },
    },
    [],
  ],
  [
    'a divisor in memory',
    { exception: 'divide_error', text: 'divl 0xc(%rdi)', registers: { rax: 5n, rdx: 0n, rdi: CANONICAL } },
    'divide-by-zero certain',
    { exception: 'divide_error', text: 'divl 0xc(%rdi)', registers: { rax: 5n, rdx: 1n, rdi: CANONICAL } },
    ['divide-by-zero hint'],
  ],
  [
    'a trap that was compiled in',
    { exception: 'invalid_op', kind: 'bug', text: 'ud2' },
    'trap-instruction certain',
    { exception: 'invalid_op', kind: 'invalid-opcode', text: 'xsaves (%rdi)' },
    ['invalid-opcode likely'],
  ],
  [
    'a trap of arm64',
    { arch: 'arm64', exception: null, kind: 'bug', text: 'brk #0x800' },
    'trap-instruction certain',
    { arch: 'arm64', exception: null, kind: 'bug', text: 'brk #0x1234' },
    [],
  ],
  [
    'the access that led to a double fault',
    {
      exception: 'double_fault',
      text: 'push %rbp',
      registers: { rsp: 0xffffc90000010000n },
    },
    'stack-slot likely',
    { exception: 'double_fault', text: 'push %rbp', registers: { rsp: 0xffffc90000010080n } },
    [],
  ],
];

describe('why this trap', () => {
  it.each(PAIRS)('%s', (_name, given, told, nearMiss, toldOfNearMiss) => {
    expect(explain(given)).toEqual([told]);
    expect(explain(nearMiss)).toEqual(toldOfNearMiss);
  });

  it('says the rule and the sum for the seed of #SS', () => {
    const [reason] = explainTrap({
      arch: 'x86_64',
      exception: 'stack_segment',
      kind: 'stack-segment',
      instruction: parseInstructionText('mov    0x0(%rbp,%rax,1),%rbx', 'x86_64'),
      pointer: 0xffffffff84287f8bn,
      registers: new Map([
        ['rbp', USB_WORDS],
        ['rax', 0n],
      ]),
      faultAddress: null,
      codeWords: [],
    });
    expect(reason?.claim).toMatch(
      /^rbp\+rax = 0x72006900560338 is non-canonical: .* #SS, not #GP \(Intel SDM/,
    );
    expect(reason?.uses).toEqual(['instruction', 'register:rbp', 'register:rax']);
  });

  it('makes nothing of a fault address that is left over', () => {
    const reasons = explainTrap({
      arch: 'x86_64',
      exception: 'page_fault',
      kind: 'paging-request',
      instruction: parseInstructionText('mov (%rax),%rax', 'x86_64'),
      pointer: null,
      registers: new Map([['rax', 0n]]),
      faultAddress: { value: 0n, trusted: false },
      codeWords: ['read'],
    });
    expect(reasons).toEqual([]);
  });

  it('names the check of UBSAN', () => {
    const claim = (arch: 'x86_64' | 'arm64', text: string) =>
      explainTrap({
        arch,
        exception: arch === 'x86_64' ? 'invalid_op' : null,
        kind: 'ubsan',
        instruction: parseInstructionText(text, arch),
        pointer: null,
        registers: new Map(),
        faultAddress: null,
        codeWords: [],
      })[0]?.claim;
    expect(claim('x86_64', 'ud1l 0x12(%eax),%eax')).toContain(': out-of-bounds');
    expect(claim('arm64', 'brk #0x5512')).toContain(': out-of-bounds');
    expect(claim('arm64', 'brk #0x8228')).toContain('CFI');
  });
});
