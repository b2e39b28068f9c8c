import type { Instruction } from './session';
import { offsetOf, wholeSpan, type SessionLine } from './session-line';

// gdb's printer, as `dis` and `x/i` have it: `0xffffffff84287f8b <__kmalloc+171>:\tmov …`.
const INSTRUCTION =
  /^\s*(?:=> ?)?(?:\* ?)?0x([0-9a-f]{8,16}) <([A-Za-z_.$][\w.$]*)(?:\+(0x[0-9a-f]+|\d+))?(?: \[([\w-]+)\])?>:[ \t]*(.*)$/;
const INSIDE = /^\s*(?:=> ?)?0x([0-9a-f]{8,16}) <\+(\d+)>:[ \t]*(.*)$/;
const DUMP_OF = /^\s*Dump of assembler code for function ([\w.$]+)/;
/** What `x/8gx` and `x/s` print at a symbol is no instruction. */
const DATA = /^(?:0x[0-9a-f]+(?:\s|$)|-?\d|")/;
const RAW_BYTES = /^(?:[0-9a-f]{2} )+[0-9a-f]{2}\t/;
// gdb's own is `# 0xffffffff…` or `// #123` (arm64); people write behind `//`, `;`, `<--`.
const COMMENT = /(?:^|\s+)(?:# (?=\S)|#(?=\s*$)|\/\/+|<[-=]{1,8}(?=\s|$)|;)\s*(.*)$/;

/** @param inside the function of gdb's `Dump of assembler code`, whose lines show only the offset. */
export function readInstruction(
  line: SessionLine,
  inside: string | null,
  source: string | null,
): Instruction | null {
  if (!line.message.includes('>:')) return null;
  const m = INSTRUCTION.exec(line.message);
  const short = m || inside === null ? null : INSIDE.exec(line.message);
  const found = m ?? short;
  if (!found) return null;
  const offset = m ? (m[3] === undefined ? 0 : offsetOf(m[3])) : offsetOf(short?.[2]);
  if (offset === null) return null;
  const body = ((m ? m[5] : short?.[3]) ?? '').replace(RAW_BYTES, '');
  if (DATA.test(body)) return null;
  const comment = COMMENT.exec(body);
  const text = (comment ? body.slice(0, comment.index) : body).trim();
  return {
    address: BigInt(`0x${found[1]}`),
    function: (m ? m[2] : inside) ?? '',
    offset,
    module: m?.[4] ?? null,
    text: text.replace(/\s+/g, ' '),
    comment: comment?.[1] === undefined || comment[1].trim() === '' ? null : comment[1].trim(),
    source,
    span: wholeSpan(line),
  };
}

export function readDumpOf(message: string): string | null {
  return message.includes('Dump of') ? (DUMP_OF.exec(message)?.[1] ?? null) : null;
}
