import { CANONICAL, explain, type Pair } from './explain-given';

const PAIRS: readonly Pair[] = [
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
    'error-pointer likely',
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
    'a register that is an index into a table of the kernel',
    {
      text: 'movzbl 0x40(%rax),%eax',
      registers: { rax: 0n },
      fault: 0x40n,
      codeWords: ['read', 'not-present'],
    },
    'null-field certain',
    {
      text: 'movzbl -0x7e000000(%rax),%eax',
      registers: { rax: 0n },
      fault: 0xffffffff82000000n,
      codeWords: ['read', 'not-present'],
    },
    ['unmapped certain'],
  ],
  [
    'a corrupted page table',
    { text: 'mov (%rax),%rax', fault: CANONICAL, codeWords: ['read', 'protection', 'reserved-bit'] },
    'page-table-corrupted likely',
    { text: 'mov (%rax),%rax', fault: CANONICAL, codeWords: ['read', 'protection'] },
    [],
  ],
  [
    'a tagged address of arm64',
    {
      arch: 'arm64',
      text: 'ldr x0, [x1]',
      registers: { x1: 0xf5ff800008000000n },
      fault: 0xffff800008000000n,
      codeWords: ['read', 'not-present'],
    },
    'unmapped certain',
    {
      arch: 'arm64',
      text: 'ldr x0, [x1]',
      registers: { x1: 0xf5ff800008000008n },
      fault: 0xffff800008000000n,
      codeWords: ['read', 'not-present'],
    },
    [],
  ],
];

describe('why this page fault', () => {
  it.each(PAIRS)('%s', (_name, given, told, nearMiss, toldOfNearMiss) => {
    expect(explain(given)).toEqual([told]);
    expect(explain(nearMiss)).toEqual(toldOfNearMiss);
  });
});
