import {
  DEFAULT_DETAIL_LIMITS,
  readDetails,
  readTranscript,
  type CrashDetails,
  type Reading,
  type Span,
} from '@oopstream/core-transcript';
import { CAPTURES, recapture, STAMPED } from './captures';
import { loadCases } from './case-library';
import { brokenDetails } from './fuzz/detail-laws';

const cases = loadCases();
const CAPTURE_LIST = Object.entries(CAPTURES);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const detailsOf = (bytes: Uint8Array): CrashDetails[] =>
  readTranscript(bytes).readings.map((reading) => readDetails(bytes, reading));

/** All that a capture cannot hide: its places in the text and the clock are its own. */
function contentOf(bytes: Uint8Array): unknown {
  const details = detailsOf(bytes).map((one) => ({
    ...one,
    uptimeSeconds: null,
    hardwareRecords: null,
    boot: { ...one.boot, clock: null },
  }));
  return JSON.parse(
    JSON.stringify(details, (key, value: unknown) => {
      if (key === 'span') return undefined;
      if (typeof value === 'bigint') return value.toString(16);
      return value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value;
    }),
  );
}

/** The general registers as the first dump of the report prints them, found without any of the reader's code. */
function printedRegisters(text: string): Map<string, bigint> {
  const values = new Map<string, bigint>();
  for (const [, name = '', digits = ''] of text.matchAll(
    /\b(R(?:[A-D]X|[SD]I|BP|\d\d)): ([0-9a-f]{16})\b/g,
  )) {
    const known = name.toLowerCase().replace(/^r0/, 'r');
    if (!values.has(known)) values.set(known, BigInt(`0x${digits}`));
  }
  return values;
}

/** The lines of the report, without what stands above its header or was printed by another caller. */
const shown = (bytes: Uint8Array, { start, end }: Span) => latin1(bytes.subarray(start, end));

/** All seven captures of every case take a minute: each case is tried in three, by its length. */
function capturesFor(text: string): (typeof CAPTURE_LIST)[number][] {
  return CAPTURE_LIST.filter((_, n) => [0, 2, 4].includes((n + text.length) % CAPTURE_LIST.length));
}

describe.each(cases.map((one) => [one.id, one] as const))('details of %s', (id, one) => {
  const text = latin1(one.bytes);
  const { readings } = readTranscript(one.bytes);
  const stamped = STAMPED.test(text.split('\n', 1)[0] ?? '');
  const consoleOnly = stamped && !text.includes('crash> ') && !text.includes('COMMAND: ');

  it('stand where they say, and within the limits', () => {
    for (const reading of readings) {
      expect(brokenDetails(one.bytes, reading, DEFAULT_DETAIL_LIMITS)).toBeNull();
    }
  });

  it('CRLF and another capture change nothing of them', () => {
    const plain = contentOf(one.bytes);
    expect(contentOf(bytesOf(text.replaceAll('\n', '\r\n')))).toEqual(plain);
    if (!consoleOnly) return;
    for (const [name, capture] of capturesFor(text)) {
      const bytes = bytesOf(recapture(text, capture));
      // Without time stamps a late panic belongs to what it follows: the same lines, other readings.
      if (readTranscript(bytes).readings.length !== readings.length) continue;
      expect({ id, name, other: contentOf(bytes) }).toEqual({ id, name, other: plain });
    }
  });

  it('cut anywhere they are read all the same', () => {
    for (let cut = 0; cut < 12; cut++) {
      const bytes = one.bytes.subarray(0, Math.floor((one.bytes.length * cut) / 12));
      for (const reading of readTranscript(bytes).readings) {
        expect(brokenDetails(bytes, reading, DEFAULT_DETAIL_LIMITS)).toBeNull();
      }
    }
  });

  it('hold the registers and frames that the report prints', () => {
    for (const reading of readings) {
      if (reading.format !== 'console' || !text.startsWith('[')) continue;
      const details = readDetails(one.bytes, reading);
      const printed = printedRegisters(shown(one.bytes, reading.span));
      if (details.registers[0]?.values.has('rax') === true) {
        for (const [name, value] of printed)
          expect([name, details.registers[0].values.get(name)?.value]).toEqual([name, value]);
      } else expect(printed.has('rax')).toBe(false);
      expect(framesMissing(reading, details, text)).toEqual([]);
    }
  });
});

/** Frames of the reading that none of the crash's own stacks has. */
function framesMissing(reading: Reading, details: CrashDetails, text: string): string[] {
  const others = new Set(['other-cpu', 'other-task', 'repeated']);
  const own = details.stacks.filter(({ role }) => !others.has(role)).flatMap(({ frames }) => frames);
  const starts = new Set(own.map(({ span }) => span.start));
  // s390x prints the place of the last branch like a frame; it is none.
  const isPlace = ({ start }: Span) =>
    text.slice(0, start).trimEnd().endsWith('Last Breaking-Event-Address:');
  return reading.frames
    .filter(({ span }) => !starts.has(span.start) && !isPlace(span))
    .map((frame) => frame.function);
}

describe('what the library shows', () => {
  it('every x86-64 report of a trap has all general registers', () => {
    const lacking: string[] = [];
    let dumps = 0;
    for (const { id, bytes } of cases) {
      if (!/^(?:kdump|lkdtm)\//.test(id)) continue;
      for (const reading of readTranscript(bytes).readings) {
        if (!/\] RAX: [0-9a-f]{16}/.test(shown(bytes, reading.span))) continue;
        dumps++;
        const [first] = readDetails(bytes, reading).registers;
        if ((first?.values.size ?? 0) < 18) lacking.push(`${id} ${reading.kind}`);
      }
    }
    expect(dumps).toBeGreaterThan(100);
    expect(lacking).toEqual([]);
  });

  it('boots tell their command line, machine and clock', () => {
    const boots = cases.flatMap(({ bytes }) => detailsOf(bytes)).filter(({ boot }) => boot.version !== null);
    expect(boots.length).toBeGreaterThan(50);
    for (const { boot } of boots) {
      expect(boot.commandLine).not.toBeNull();
      expect(boot.clock?.value.atMs ?? Date.UTC(2026)).toBeGreaterThan(Date.UTC(2020));
    }
  });
});
