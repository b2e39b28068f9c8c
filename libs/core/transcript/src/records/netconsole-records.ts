import { joined, notice, partOf, type TextLine } from './text-lines';

// Documentation/networking/netconsole.rst, "Extended console"; kernel/printk/printk.c info_print_ext_header;
// drivers/net/netconsole.c send_msg_fragmented.
const HEADER =
  /(?:^|[\s:>])(?:\d+\.\d[^,\s]{0,60},)?(\d{1,3}),(\d{1,15}),(\d{1,18}),([-c+])((?:,[\w-]{1,32}=[^,;]{0,64}){0,16});/;
const FRAGMENT = /,ncfrag=(\d{1,7})\/(\d{1,7})/;
/** Letters that are searched for a header, and before it what the receiver may have put there. */
const HEADER_REACH = 512;
const RECEIVER_REACH = 80;
/** Continuations of one line; more is no line any more. */
const MAX_PIECES = 64;
/** A number so much lower than one before it is not late: the kernel began again to count. */
const REBOOT = 1000;

interface RecordLine {
  readonly sequence: number;
  readonly time: string;
  readonly continues: boolean;
  readonly fragment: { readonly at: number; readonly of: number } | null;
  readonly body: number;
  /** The line of the header, and those without one that follow it. */
  readonly lines: TextLine[];
}

export function recordOf(line: TextLine): RecordLine | null {
  const m = line.text.includes(',') ? HEADER.exec(line.text.slice(0, HEADER_REACH)) : null;
  if (m === null || m.index > RECEIVER_REACH) return null;
  const fragment = FRAGMENT.exec(m[5] ?? '');
  return {
    sequence: Number(m[2]),
    time: m[3] ?? '',
    continues: m[4] === '+',
    fragment: fragment === null ? null : { at: Number(fragment[1]), of: Number(fragment[2]) },
    body: m.index + m[0].length,
    lines: [line],
  };
}

/** Puts records into the order in which the kernel numbered them, once each, fragments together; says where some are missing. */
export function inSequence(lines: readonly TextLine[]): readonly TextLine[] {
  const ordered: TextLine[] = [];
  let boot: RecordLine[] = [];
  let highest = -1;
  for (const line of lines) {
    const record = recordOf(line);
    const last = boot[boot.length - 1];
    if (record === null) {
      if (last === undefined) ordered.push(line);
      else last.lines.push(line);
      continue;
    }
    if (record.sequence < highest - REBOOT || (record.sequence === 0 && highest > 64)) {
      for (const one of ofBoot(boot)) ordered.push(one);
      boot = [];
      highest = -1;
    }
    boot.push(record);
    highest = Math.max(highest, record.sequence);
  }
  for (const one of ofBoot(boot)) ordered.push(one);
  return ordered;
}

function ofBoot(records: readonly RecordLine[]): TextLine[] {
  const bySequence = new Map<number, RecordLine[]>();
  for (const record of records) {
    const same = bySequence.get(record.sequence);
    if (same === undefined) bySequence.set(record.sequence, [record]);
    // Two machines that write into one text: their numbers mean nothing to each other.
    else if (same[0]?.time !== record.time) return records.flatMap((one) => one.lines);
    else same.push(record);
  }
  const lines: TextLine[] = [];
  let before: number | null = null;
  for (const sequence of [...bySequence.keys()].sort((a, b) => a - b)) {
    const same = bySequence.get(sequence) ?? [];
    const place = same[0]?.lines[0]?.parts[0]?.start ?? 0;
    if (before !== null && sequence > before + 1) lines.push(lost(sequence - before - 1, place));
    const [whole, ...rest] = wholeRecord(same, place);
    const last = lines[lines.length - 1];
    const first = same[0];
    if (
      whole !== undefined &&
      first?.continues === true &&
      last !== undefined &&
      before === sequence - 1 &&
      last.parts.length < MAX_PIECES
    ) {
      lines[lines.length - 1] = joined([last, partOf(whole, first.body)]);
      lines.push(...rest);
    } else if (whole !== undefined) for (const one of [whole, ...rest]) lines.push(one);
    before = sequence;
  }
  return lines;
}

const lost = (count: number, place: number) => notice(`** ${count} printk messages dropped **`, place);

/** The record's line, then those without a header that stood behind it. */
function wholeRecord(same: readonly RecordLine[], place: number): TextLine[] {
  const unframed = same[0]?.lines.slice(1) ?? [];
  const head = same[0]?.lines[0];
  if (head === undefined) return [];
  const { fragment } = same[0] ?? {};
  if (fragment === null || fragment === undefined) return [head, ...unframed];
  const fragments = same
    .flatMap((one) => (one.fragment === null ? [] : [{ ...one.fragment, record: one }]))
    .sort((a, b) => a.at - b.at);
  const pieces: TextLine[] = [];
  let reached = 0;
  let gap = false;
  for (const { at, record } of fragments) {
    const line = record.lines[0];
    if (line === undefined || at < reached) continue;
    gap ||= at > reached;
    reached = at + line.text.length - record.body;
    pieces.push(pieces.length === 0 ? line : partOf(line, record.body));
  }
  gap ||= reached < fragment.of;
  const after = fragments.flatMap(({ record }) => record.lines.slice(1));
  return [...(gap ? [lost(1, place)] : []), joined(pieces), ...after];
}
