import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Confidence, FindingKind, VerdictClass } from '@oopstream/core-forensics';
import { z } from 'zod';
import { run } from '../src/cli-bench';
import type { ExplainedJson } from '../src/explain/explained-json';

/**
 * The form that docs/forensics.md promises, written a second time on purpose: what changes it fails here, and a field
 * that goes or changes its meaning needs a new `version`.
 */
const span = z.strictObject({ start: z.int().min(0), end: z.int().min(0) });
const line = z.int().min(1);
const evidence = z.strictObject({
  text: z.int().min(0),
  file: z.string(),
  line,
  lastLine: line,
  span,
  quote: z.string(),
  note: z.string(),
});
const confidence = z.enum(['certain', 'likely', 'hint'] satisfies Confidence[]);
const key = z.strictObject({ text: z.string(), key: z.string().regex(/^v\d+:[0-9a-f]{32}$/) });
const crash = z.strictObject({
  title: z.string().min(1),
  damage: z.string().nullable(),
  verdict: z.strictObject({
    class: z.custom<VerdictClass>((value) => typeof value === 'string' && /^[a-z-]+$/.test(value)),
    confidence,
    text: z.string().min(1),
    flags: z.array(z.enum(['out-of-tree-module-suspected', 'victim-differs-from-culprit', 'shared-victim'])),
    culprit: z.strictObject({ name: z.string(), confidence, why: z.string() }).nullable(),
  }),
  findings: z.array(
    z.strictObject({
      kind: z.custom<FindingKind>((value) => typeof value === 'string' && /^[a-z-]+$/.test(value)),
      claim: z.string().min(1),
      confidence,
      evidence: z.array(evidence).min(1),
      confirm: z.string().nullable(),
    }),
  ),
  registers: z.array(
    z.strictObject({
      name: z.string().regex(/^\$?[a-z0-9_]+$/),
      value: z.string().regex(/^[0-9a-f]+$/),
      origin: z.enum(['printed', 'recovered']),
      meaning: z.string().nullable(),
      text: z.int().min(0),
      file: z.string(),
      line,
      span,
    }),
  ),
  hardware: z.strictObject({
    value: z.number().min(0).max(1),
    parts: z.array(
      z.strictObject({ reason: z.string(), weight: z.number(), evidence: z.array(evidence).min(1) }),
    ),
  }),
  missing: z.array(z.strictObject({ command: z.string(), why: z.string() })),
  analysisVersion: z.int(),
  texts: z
    .array(
      z.strictObject({
        text: z.int().min(0),
        file: z.string(),
        line: line.nullable(),
        span: span.nullable(),
        signed: z.boolean(),
        why: z.string().nullable(),
      }),
    )
    .min(1),
  reading: z.looseObject({ kind: z.string(), span }),
  signature: z.looseObject({ title: z.string(), groupKey: z.string(), groupText: z.string() }),
  blame: z.looseObject({ rule: z.string(), steps: z.array(z.unknown()) }),
  candidates: z.array(z.unknown()),
  hashed: z.strictObject({ group: key, exact: key, loose: key }),
});
const explained = z.strictObject({
  version: z.literal(1),
  texts: z.array(
    z.strictObject({
      file: z.string(),
      sizeBytes: z.int(),
      lineCount: z.int(),
      omittedReadings: z.int(),
      silence: z.strictObject({ reason: z.string(), text: z.string() }).nullable(),
      symbols: z.array(z.looseObject({ slide: z.string().nullable() })),
      lines: z.array(z.strictObject({ line, span, role: z.string(), note: z.string(), quote: z.string() })),
    }),
  ),
  remarks: z.array(z.string()),
  crashes: z.array(crash),
});

/** The declared type and the promised form say the same. */
const asDeclared = (value: z.infer<typeof explained>): Pick<ExplainedJson, 'version' | 'remarks'> => value;

const CASES = join(__dirname, '../../../libs/core/transcript/cases');
const folder = mkdtempSync(join(tmpdir(), 'explained-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function said(...names: readonly string[]) {
  const files = names.map((name) => {
    const file = name.replaceAll('/', '.');
    writeFileSync(join(folder, file), readFileSync(join(CASES, name, 'transcript.txt')));
    return file;
  });
  const { out } = await run(['explain', '--json', ...files], { cwd: folder });
  return { files, json: explained.parse(JSON.parse(out)) };
}

const cases = readdirSync(CASES).flatMap((kind) =>
  readdirSync(join(CASES, kind)).map((slug) => `${kind}/${slug}`),
);

describe('the JSON of explain', () => {
  it('has its form for every case, and every quote stands where it says', async () => {
    for (const name of cases.filter((_, i) => i % 3 === 0)) {
      const { json, files } = await said(name);
      expect(asDeclared(json).version).toBe(1);
      const bytes = readFileSync(join(folder, files[0] ?? ''));
      for (const one of json.crashes.flatMap(({ findings }) => findings.flatMap((f) => f.evidence))) {
        expect(bytes.subarray(0, one.span.start).toString('latin1').split('\n').length).toBe(one.line);
        expect(one.span.end).toBeGreaterThan(one.span.start);
      }
    }
  });

  it('quotes from the text that it names', async () => {
    const { json, files } = await said(
      'kdump/nvc-null-lookup-01.dmesg',
      'kdump/nvc-null-lookup-01.crash-session',
    );
    const quoted = json.crashes.flatMap(({ findings }) => findings.flatMap((one) => one.evidence));
    expect(new Set(quoted.map(({ file }) => file))).toEqual(new Set(files));
    for (const { text, file, span: at, quote } of quoted) {
      expect(files[text]).toBe(file);
      const bytes = readFileSync(join(folder, file)).subarray(at.start, at.end);
      expect(quote).toBe(
        bytes
          .toString('utf8')
          .replace(/\r?\n|\t/g, ' ')
          .slice(0, 4096),
      );
    }
  });

  it('answers what the product promises at the paths that it names', async () => {
    const { json } = await said('kdump/seed.kmalloc-usb-analysis');
    const [one] = json.crashes;
    expect(one?.title).toBe('__kmalloc+171 stack_segment from usbdev_ioctl');
    expect(one?.verdict.class).toBe('memory-overwrite');
    expect(
      one?.findings.some(({ claim, confidence: sure }) => /USB string/.test(claim) && sure === 'likely'),
    ).toBe(true);
    expect(one?.registers.find(({ name }) => name === 'rbp')).toMatchObject({
      value: '0072006900560338',
      origin: 'recovered',
      line: 37,
    });
  });
});
