import { readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import { analyse, type Analysis } from '../src';
import { tableDisassembler } from './verdicts/table-disassembler';

/** What differs from an ordinary oops of x86_64: `mov 0x18(%rbx),%rax` in `foo_get`, with good pointers around. */
export interface OopsParts {
  readonly head: readonly string[];
  readonly at?: string;
  readonly code?: string;
  readonly registers?: Readonly<Record<string, string>>;
  readonly frames?: readonly string[];
  readonly taint?: string;
  /** Lines of the log above, with their seconds. */
  readonly above?: readonly (readonly [seconds: number, line: string])[];
}

const REGISTERS: Readonly<Record<string, string>> = {
  RAX: 'ffff888104a3c000',
  RBX: '0000000000000000',
  RCX: '0000000000000010',
  RDX: 'ffff888104a3c200',
  RSI: '0000000000000011',
  RDI: 'ffff888104a3c300',
  RBP: 'ffff888104a3c400',
  R08: '0000000000000012',
  R09: '0000000000000003',
  R10: '0000000000000004',
  R11: '0000000000000005',
  R12: 'ffff888104a3c500',
  R13: '0000000000000006',
  R14: '0000000000000007',
  R15: 'ffff888104a3c600',
};
const CODE = '41 54 55 53 48 89 fb <48> 8b 43 18 5b 5d 41 5c c3 cc cc cc cc 90 90 90';
/** Seconds since boot of the crash itself. */
export const CRASHED_AT = 1000;

const stamp = (seconds: number, line: string) => `[${seconds.toFixed(6).padStart(12)}] ${line}`;

/** An oops as 6.1 prints it. */
export function oopsText(parts: OopsParts): string {
  const values = { ...REGISTERS, ...parts.registers };
  const stack = values['RSP'] ?? 'ffffc90000f3fd80';
  const rows = [0, 3, 6, 9, 12].map((from) =>
    Object.entries(values)
      .filter(([name]) => name !== 'RSP')
      .slice(from, from + 3)
      .map(([name, value]) => `${name}: ${value}`)
      .join(' '),
  );
  const lines = [
    ...parts.head,
    `CPU: 1 PID: 1187 Comm: fetcher ${parts.taint ?? 'Not tainted'} 6.1.0-27-amd64 #1`,
    `RIP: 0010:${parts.at ?? 'foo_get+0x2f/0x90'}`,
    `Code: ${parts.code ?? CODE}`,
    `RSP: 0018:${stack} EFLAGS: 00010246`,
    ...rows,
    'CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033',
    'CR2: 0000000000000018 CR3: 0000000104b2c000 CR4: 0000000000370ee0',
    'Call Trace:',
    ' <TASK>',
    ...(parts.frames ?? ['foo_ioctl+0x1c/0x60', '__x64_sys_ioctl+0x87/0xc0', 'do_syscall_64+0x5b/0xc0']).map(
      (frame) => ` ${frame}`,
    ),
    ' </TASK>',
    '---[ end trace 0000000000000000 ]---',
  ];
  const above = (parts.above ?? []).map(([seconds, line]) => stamp(seconds, line));
  return [...above, ...lines.map((line, n) => stamp(CRASHED_AT + n / 1e6, line)), ''].join('\n');
}

export const NULL_HEAD: readonly string[] = [
  'BUG: kernel NULL pointer dereference, address: 0000000000000018',
  '#PF: supervisor read access in kernel mode',
  '#PF: error_code(0x0000) - not-present page',
  'Oops: 0000 [#1] PREEMPT SMP NOPTI',
];

/** The last crash of a text, and its bytes to quote from. */
export function analyseText(text: string): Analysis & { readonly quote: (span: Span) => string } {
  const bytes = Buffer.from(text, 'utf8');
  const reading = readTranscript(bytes).readings.at(-1);
  if (reading === undefined) throw new Error('no crash in this text');
  const details = readDetails(bytes, reading);
  const analysis = analyse({ reading, details, session: readSession(bytes) }, tableDisassembler);
  return { ...analysis, quote: ({ start, end }) => bytes.subarray(start, end).toString('utf8') };
}

interface Span {
  readonly start: number;
  readonly end: number;
}
