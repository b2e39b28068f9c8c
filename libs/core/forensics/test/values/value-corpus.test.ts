import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readValue, VALUE_KINDS, valueContext, type ValueContext, type ValueReading } from '../../src';

const TRANSCRIPTS = join(__dirname, '../../../transcript/cases');
const REGISTER = /\b(?:R(?:[A-D]X|[SD]I|[BS]P)|R(?:\d\d?|0\d) ?|CR2|x\d\d? ?|sp ): ?([0-9a-f]{16})/g;
const USED_AS_ADDRESS = /\b(?:RSP|GS|sp ?): ?(?:[0-9a-f]{4}:)?(ffff[0-9a-f]{12})/g;

/** Values of the crash kernels' own making that the reports do not spell out: what the module under test was given. */
const TRUE_VALUES = new Map([
  ['0072006900560338', 'usb-strdesc: the string descriptor written over the freelist'],
  ['0067666564636261', 'nvc-null-lookup: the key that was looked up'],
  ['5a5a5a5a5a5a5a5a', 'slab_linear_overflow: the red zone check'],
  ['aaaaaaaaaaaaaaaa', 'usercopy: automatic variables of a kernel with INIT_STACK_ALL_PATTERN'],
  ['dead000000000100', 'a deleted list entry'],
  ['dead000000000122', 'a deleted list entry'],
]);

interface Report {
  readonly id: string;
  readonly text: string;
  readonly context: ValueContext;
}

/** Reports that print registers of 64 bits as x86_64 or arm64 does. */
function loadReports(): Report[] {
  return readdirSync(TRANSCRIPTS).flatMap((kind) =>
    readdirSync(join(TRANSCRIPTS, kind)).flatMap((slug) => {
      const path = join(TRANSCRIPTS, kind, slug, 'transcript.txt');
      if (!existsSync(path)) return [];
      const text = readFileSync(path, 'latin1');
      const arm = /\bpc : /.test(text);
      if (!arm && !/\bRIP: |\bRSP: /.test(text)) return [];
      const release = /\b(\d)\.(\d+)\.\d+[-+]/.exec(text);
      const context = valueContext(arm ? 'arm64' : 'x86_64', {
        release: release === null ? null : { major: Number(release[1]), minor: Number(release[2]) },
        vaBits: arm ? (text.includes('fff00000') ? 52 : 48) : null,
        pointers: [...text.matchAll(USED_AS_ADDRESS)].map((match) => BigInt(`0x${match[1]}`)),
      });
      return [{ id: `${kind}/${slug}`, text, context }];
    }),
  );
}

const says = new Map(VALUE_KINDS.map((row) => [row.kind, row.says]));

function isTrue(value: string, reading: ValueReading, text: string): boolean {
  const decoded = reading.details.decoded?.trim();
  // Registers of a printk hold the very text that it prints.
  return TRUE_VALUES.has(value) || (decoded !== undefined && text.includes(decoded));
}

describe('registers of all reports in the case library', () => {
  const reports = loadReports();
  const registers = reports.flatMap((report) =>
    [...report.text.matchAll(REGISTER)].map((match) => ({ report, value: match[1] ?? '' })),
  );
  const misreadable = registers.flatMap(({ report, value }) => {
    const readings = readValue(BigInt(`0x${value}`), report.context);
    return readings
      .filter((one) => ['data', 'poison', 'broken-address'].includes(says.get(one.kind) ?? ''))
      .map((reading) => ({ report, value, reading }));
  });

  it('are many', () => {
    expect(reports.length).toBeGreaterThan(400);
    expect(registers.length).toBeGreaterThan(20_000);
    expect(misreadable.length).toBeGreaterThan(200);
  });

  it('are read as data, poison or broken addresses only where they are', () => {
    const wrong = misreadable.filter(({ report, value, reading }) => !isTrue(value, reading, report.text));
    expect(wrong.map(({ report, value, reading }) => `${report.id} ${value} ${reading.text}`)).toEqual([]);
  });

  it('know every value that is a poison or a descriptor', () => {
    const found = new Set(misreadable.map(({ value }) => value));
    expect([...TRUE_VALUES.keys()].filter((value) => !found.has(value))).toEqual([]);
  });
});
