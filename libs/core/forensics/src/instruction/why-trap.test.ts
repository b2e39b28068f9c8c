import { parseInstructionText } from './instruction-text';
import type { TrapContext } from './trap-context';
import { explainTrap } from './why-trap';

type Given = Omit<Partial<TrapContext>, 'instruction' | 'registers' | 'faultAddress'> & {
  readonly text: string | null;
  readonly registers?: Readonly<Record<string, bigint>>;
  readonly fault?: bigint;
};

const CANONICAL = 0xffff8ef487c0e9c0n;
const USB_WORDS = 0x0072006900560338n;

function explain({ text, registers = {}, fault, ...given }: Given) {
  const arch = given.arch ?? 'x86_64';
  const reasons = explainTrap({
    exception: 'page_fault',
    kind: 'paging-request',
    pointer: 0xffffffff84287f8bn,
    codeWords: [],
    ...given,
    arch,
    instruction: text === null ? null : parseInstructionText(text, arch),
    registers: new Map(Object.entries(registers)),
    faultAddress: fault === undefined ? null : { value: fault, trusted: true },
  });
  return reasons.map(({ slug, confidence }) => `${slug} ${confidence}`);
}

/** What is told, and a near miss that must not be told so. */
const PAIRS: readonly (readonly [string, Given, string, Given, readonly string[]])[] = [
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
    'a NULL pointer to a structure',
    { text: 'mov 0x14(%rax),%eax', registers: { rax: 0n }, fault: 0x14n, codeWords: ['read', 'not-present'] },
    'null-field certain',
    { text: 'mov 0x14(%rax),%eax', registers: { rax: CANONICAL }, fault: 0x14n, codeWords: ['read'] },
    [],
  ],
  [
    'a NULL pointer to a large structure',
    { text: 'mov 0x2a14(%rax),%eax', registers: { rax: 0n }, fault: 0x2a14n, codeWords: ['read'] },
    'null-field certain',
    { text: 'mov 0x4(%rax),%eax', registers: { rax: 0x2a10n }, fault: 0x2a14n, codeWords: ['read'] },
    ['user-address certain'],
  ],
  [
    'an address of the first page that is not NULL plus a field',
    { text: 'mov (%rdi),%rax', registers: { rdi: 0x38n }, fault: 0x38n, codeWords: ['read'] },
    'small-address likely',
    { text: 'mov %rax,(%rdi)', registers: { rdi: 0x38n }, fault: 0x38n, codeWords: ['read'] },
    [],
  ],
  [
    'NULL in the instruction itself',
    { text: 'mov 0x88,%rdi', fault: 0x88n, codeWords: ['read'] },
    'null-constant certain',
    { text: 'mov 0x88,%rdi', fault: 0x90n, codeWords: ['read'] },
    [],
  ],
  [
    'NULL where crash(8) prints no fault address',
    { text: 'mov 0x8(%rdx),%rax', registers: { rdx: 0n } },
    'null-field likely',
    { text: 'mov 0x8(%rdx),%rax', registers: { rdx: CANONICAL } },
    [],
  ],
  [
    'an error code as a pointer',
    {
      text: 'mov 0x10(%rbx),%rax',
      registers: { rbx: 0xfffffffffffffff4n },
      fault: 0x4n,
      codeWords: ['read'],
    },
    'error-pointer certain',
    {
      text: 'mov (%rbx),%rax',
      registers: { rbx: 0xffffffffffffe000n },
      fault: 0xffffffffffffe000n,
      codeWords: ['read', 'not-present'],
    },
    ['unmapped certain'],
  ],
  [
    'SMAP',
    {
      text: 'mov (%rsi),%rax',
      registers: { rsi: 0x7ffc0000n, rflags: 0x246n },
      fault: 0x7ffc0000n,
      codeWords: ['read', 'protection'],
    },
    'smap likely',
    {
      text: 'mov (%rsi),%rax',
      registers: { rsi: 0x7ffc0000n, rflags: 0x40246n },
      fault: 0x7ffc0000n,
      codeWords: ['read', 'protection'],
    },
    ['user-address certain'],
  ],
  [
    'a write to read-only memory',
    {
      text: 'movb $0x1,(%rdi)',
      registers: { rdi: 0xffffffff82000000n },
      fault: 0xffffffff82000000n,
      codeWords: ['write', 'protection'],
    },
    'write-protected certain',
    {
      text: 'movb $0x1,(%rdi)',
      registers: { rdi: 0xffffffff82000000n },
      fault: 0xffffffff82000000n,
      codeWords: ['write', 'not-present'],
    },
    ['unmapped certain'],
  ],
  [
    'a string operation that has come as far as the fault',
    {
      text: 'rep movsb %ds:(%rsi),%es:(%rdi)',
      registers: { rsi: CANONICAL, rdi: 0xffffc90000010000n, rcx: 8n },
      fault: 0xffffc90000010000n,
      codeWords: ['write', 'not-present'],
    },
    'unmapped certain',
    {
      text: 'rep movsb %ds:(%rsi),%es:(%rdi)',
      registers: { rsi: CANONICAL, rdi: 0xffffc90000010000n, rcx: 8n },
      fault: 0xffffc90000010000n,
      codeWords: ['read', 'not-present'],
    },
    [],
  ],
  [
    'a stack that has run over',
    {
      text: 'push %rbp',
      registers: { rsp: 0xffffc90000010000n },
      fault: 0xffffc9000000fff8n,
      codeWords: ['write', 'not-present'],
    },
    'stack-slot likely',
    {
      text: 'mov %rax,-0x8(%rdi)',
      registers: { rsp: 0xffffc90000010000n, rdi: 0xffffc90000010000n },
      fault: 0xffffc9000000fff8n,
      codeWords: ['write', 'not-present'],
    },
    ['unmapped certain'],
  ],
  [
    'a call through NULL',
    { text: null, pointer: 0n, fault: 0n, codeWords: ['fetch', 'not-present'] },
    'null-call certain',
    { text: null, pointer: 0xffffffff81000000n, fault: 0n, codeWords: ['read', 'not-present'] },
    [],
  ],
  [
    'data taken for code',
    { text: null, pointer: CANONICAL, fault: CANONICAL, codeWords: ['fetch', 'protection'] },
    'no-execute certain',
    { text: null, pointer: CANONICAL, fault: CANONICAL, codeWords: ['fetch', 'not-present'] },
    ['fetch-unmapped certain'],
  ],
  [
    'SMEP',
    { text: null, pointer: 0x401000n, fault: 0x401000n, codeWords: ['fetch', 'protection'] },
    'smep certain',
    { text: null, pointer: 0x401000n, fault: 0x401000n, codeWords: ['fetch', 'not-present'] },
    ['user-address certain'],
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
    'a pointer of arm64 that is NULL',
    { arch: 'arm64', text: 'ldr x19, [x20, #8]', registers: { x20: 0n }, fault: 8n, codeWords: ['read'] },
    'null-field certain',
    { arch: 'arm64', text: 'str x19, [x20, #8]', registers: { x20: 0n }, fault: 8n, codeWords: ['read'] },
    [],
  ],
  [
    'a value of arm64 that is no pointer',
    {
      arch: 'arm64',
      text: 'ldr x0, [x1]',
      registers: { x1: 0x6b6b6b6b6b6b6b6bn },
      fault: 0x6b6b6b6b6b6b6b6bn,
      codeWords: ['read'],
    },
    'non-canonical certain',
    {
      arch: 'arm64',
      text: 'ldr x0, [x1]',
      registers: { x1: 0xffff800008000000n },
      fault: 0xffff800008000000n,
      codeWords: ['read'],
    },
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
