import type { Line } from '../framing';
import { rareSearch } from '../rare-search';
import type { Reading } from '../reading';
import { HARDWARE_HINTS, HARDWARE_LINES, type HardwareRow } from '../tables/hardware-lines';
import { keepText } from '../text';
import type { HardwareRecord } from './details';
import { eachWithAny } from './line-search';
import { rowsByFirst } from './rows-by-first';

export interface HardwareLimits {
  readonly maxLineBytes: number;
  readonly maxHardwareRecords: number;
  /** Bytes above the crash in which records are looked for. */
  readonly maxRecordBytes: number;
  /** Seconds before the crash from which records are taken. */
  readonly maxRecordSeconds: number;
}

const hints = HARDWARE_HINTS.map(rareSearch);
const hardwareRows = rowsByFirst(HARDWARE_LINES);

type Draft = { -readonly [Key in keyof HardwareRecord]: HardwareRecord[Key] };

/** Intel SDM vol. 3, IA32_MCi_STATUS: uncorrected, context corrupt. AMD's has them at the same places. */
const UNCORRECTED = 1n << 61n;
const CONTEXT_CORRUPT = 1n << 57n;
const PAGE_BYTES = 4096n;
const MAX_TEXT = 256;

/**
 * @param text bytes of the transcript from `base` on, one character a byte, beginning with a line.
 * @param crashAt byte offset of the crash's first line.
 */
export function readHardware(
  text: string,
  base: number,
  crashAt: number,
  reading: Reading,
  limits: HardwareLimits,
): HardwareRecord[] {
  const records: Draft[] = [];
  eachWithAny(text, hints, limits.maxLineBytes, (line) => {
    const message = line.message.trimStart();
    const row = hardwareRows(message).find((candidate) => candidate.match.test(message));
    if (row === undefined || line.foreign) return;
    if (base + line.start < crashAt && !isNear(line, reading, limits)) return;
    if (row.continues === true) goOn(records, row, message, base + line.end);
    else if (records.length < limits.maxHardwareRecords) records.push(begin(row, message, base, line));
  });
  return records;
}

function isNear(line: Line, reading: Reading, limits: HardwareLimits): boolean {
  if (line.uptime === null || reading.uptimeSeconds === null) return true;
  const seconds = reading.uptimeSeconds - line.uptime;
  return seconds >= 0 && seconds <= limits.maxRecordSeconds;
}

function begin(row: HardwareRow, message: string, base: number, line: Line): Draft {
  const record: Draft = {
    source: row.source,
    fatal: false,
    corrected: false,
    cpu: null,
    bank: null,
    status: null,
    address: null,
    location: null,
    text: keepText(message.trimEnd().slice(0, MAX_TEXT)),
    span: { start: base + line.start, end: base + line.end },
  };
  add(record, row, message);
  return record;
}

function goOn(records: readonly Draft[], row: HardwareRow, message: string, end: number): void {
  const record = records.findLast((candidate) => candidate.source === row.source);
  if (record === undefined) return;
  add(record, row, message);
  record.span = { start: record.span.start, end };
}

function add(record: Draft, row: HardwareRow, message: string): void {
  const groups = row.match.exec(message)?.groups ?? {};
  const hex = (digits: string | undefined) => (digits === undefined ? null : BigInt(`0x${digits}`));
  const location = groups['location'] ?? groups['at'];
  record.cpu ??= groups['cpu'] === undefined ? null : Number(groups['cpu']);
  record.bank ??= groups['bank'] === undefined ? null : Number(groups['bank']);
  record.status ??= hex(groups['status']);
  record.address ??= hex(groups['address']) ?? pageAddress(groups['page'], groups['offset']);
  if (location !== undefined && !location.startsWith('not present'))
    record.location ??= keepText(location.trim());
  if (row.fatal === true || row.fatal?.test(message) === true) record.fatal = true;
  if (row.corrected === true || row.corrected?.test(message) === true) record.corrected = true;
  if (row.source !== 'mce' || record.status === null) return;
  record.fatal = (record.status & UNCORRECTED) !== 0n && (record.status & CONTEXT_CORRUPT) !== 0n;
  record.corrected = (record.status & UNCORRECTED) === 0n;
}

/** EDAC prints page 0, offset 0 where the controller does not tell. */
function pageAddress(page: string | undefined, offset: string | undefined): bigint | null {
  if (page === undefined || offset === undefined) return null;
  const address = BigInt(`0x${page}`) * PAGE_BYTES + BigInt(`0x${offset}`);
  return address === 0n ? null : address;
}
