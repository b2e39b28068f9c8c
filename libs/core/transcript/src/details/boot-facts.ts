import type { Line } from '../framing';
import { rareSearch, searchRare, type RareSearch } from '../rare-search';
import type { Reading } from '../reading';
import { BOOT_LINES, type BootRow } from '../tables/boot-lines';
import { keepText, spanOf } from '../text';
import type { BootFacts, Sourced } from './details';
import { eachWith, readAround } from './line-search';

export interface BootLimits {
  readonly maxLineBytes: number;
  /** Bytes behind `Linux version` in which the messages of a boot are looked for. */
  readonly maxBootBytes: number;
}

const VERSION = rareSearch('Linux version ');
const ROWS: readonly (BootRow & { readonly search: RareSearch })[] = BOOT_LINES.map((row) => ({
  ...row,
  search: rareSearch(row.literal),
}));
/** Lines that only mention the words before the search for the boot's first gives up. */
const MAX_MENTIONS = 64;
const ENABLED = /^livepatch: enabling patch '([\w-]{1,64})'/;
const DISABLED = /^livepatch: '([\w-]{1,64})': (?:unpatching complete|starting unpatching)/;
const LIVEPATCH = rareSearch('livepatch: ');
/** Bytes above a boot's first message in which journalctl says its id. */
const BOOT_ID_REACH = 4096;
/** Version, command line, DMI and hypervisor are among the first messages: memory maps of large machines included. */
const BEGIN_BYTES = 64 * 1024;
/** 2001: earlier than every kernel that is read. */
const LEAST_CLOCK_MS = 1e12;

/** Start of the boot in `text`: its `Linux version` line, or 0 where it stands above. */
export function findBoot(text: string, maxLineBytes: number): number {
  const mentions: number[] = [];
  // Forwards: the engine searches backwards letter by letter.
  for (let at = searchRare(text, VERSION, 0); at >= 0; at = searchRare(text, VERSION, lineEnd(text, at))) {
    mentions.push(at);
    if (mentions.length > 2 * MAX_MENTIONS) mentions.splice(0, MAX_MENTIONS);
  }
  for (const at of mentions.slice(-MAX_MENTIONS).reverse()) {
    let begins = false;
    const start = readAround(text, at, maxLineBytes, (line) => {
      if (!line.foreign && /^Linux version \d/.test(line.message.trimStart())) begins = true;
    });
    if (begins) return start;
  }
  return 0;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

interface Found {
  readonly value: string;
  readonly epoch: string | null;
  readonly span: Sourced<string>['span'];
  readonly uptime: number | null;
}

/**
 * @param text what stands above the crash, one character a byte.
 * @param bootAt where its boot begins in `text`.
 * @param base byte offset of `text`.
 */
export function readBootFacts(
  text: string,
  bootAt: number,
  base: number,
  reading: Reading,
  limits: BootLimits,
): BootFacts {
  // journalctl names the boot ahead of its first message.
  const reach = Math.max(0, bootAt - BOOT_ID_REACH);
  const namedAt = reach + Math.max(0, text.slice(reach, bootAt).lastIndexOf(VERSION.literal));
  const windows: Record<BootRow['within'], readonly [at: number, part: string]> = {
    begin: [bootAt, text.slice(bootAt, bootAt + Math.min(BEGIN_BYTES, limits.maxBootBytes))],
    boot: [bootAt, text.slice(bootAt, bootAt + limits.maxBootBytes)],
    named: [namedAt, text.slice(namedAt)],
  };
  const fact = (name: BootRow['fact']): Found | null => {
    for (const row of ROWS) {
      if (row.fact !== name) continue;
      const [at, part] = windows[row.within];
      const found = find(part, row, reading, limits);
      if (found === null) continue;
      const shift = base + at;
      return { ...found, span: spanOf(found.span.start + shift, found.span.end + shift) };
    }
    return null;
  };
  const said = (name: BootRow['fact']): Sourced<string> | null => {
    const found = fact(name);
    return found === null ? null : { value: keepText(found.value.trimEnd()), span: found.span };
  };
  const bootId = said('bootId');
  return {
    version: said('version'),
    commandLine: said('commandLine'),
    hypervisor: said('hypervisor'),
    dmi: said('dmi'),
    bootId: bootId === null ? null : { ...bootId, value: bootId.value.replaceAll('-', '') },
    clock: clockOf(fact('clock')),
  };
}

/** The first line of a row, of boot ids the last: each message may carry one. Spans are offsets into `text`. */
function find(text: string, row: (typeof ROWS)[number], reading: Reading, limits: BootLimits): Found | null {
  let found: Found | null = null;
  eachWith(text, row.search, limits.maxLineBytes, (line) => {
    const groups = row.match.exec(line.message.trimStart())?.groups;
    const value = groups?.['value']?.trimEnd();
    if (value === undefined || line.foreign || !isBefore(line, reading)) return false;
    const at = text.lastIndexOf(value, line.end - value.length);
    found = {
      value,
      epoch: groups?.['epoch'] ?? null,
      // Control characters may stand between its letters: then the line is what says it.
      span: at < line.start ? spanOf(line.start, line.end) : spanOf(at, at + value.length),
      uptime: line.uptime,
    };
    return row.fact !== 'bootId';
  });
  return found;
}

/** What is stamped later than the crash is of another boot. */
function isBefore(line: Line, reading: Reading): boolean {
  return line.uptime === null || reading.uptimeSeconds === null || line.uptime <= reading.uptimeSeconds;
}

function clockOf(found: Found | null): BootFacts['clock'] {
  const atMs = Math.round(Number(found?.epoch ?? Number.NaN) * 1000);
  // A machine without a battery begins in 1970.
  if (found === null || found.uptime === null || !(atMs >= LEAST_CLOCK_MS)) return null;
  return { value: { atMs, uptimeSeconds: found.uptime }, span: found.span };
}

/** Livepatches that were enabled in this boot and not reverted. */
export function readLivepatches(text: string, maxLineBytes: number, maxPatches: number): Set<string> {
  const enabled = new Set<string>();
  eachWith(text, LIVEPATCH, maxLineBytes, ({ message }) => {
    const on = ENABLED.exec(message)?.[1];
    const off = DISABLED.exec(message)?.[1];
    if (on !== undefined && enabled.size < maxPatches) enabled.add(on);
    if (off !== undefined) enabled.delete(off);
    return false;
  });
  return enabled;
}
