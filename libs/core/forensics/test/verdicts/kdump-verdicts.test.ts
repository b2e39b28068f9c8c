import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeText } from './verdict-cases';
import { tableDisassembler } from './table-disassembler';

const CASES = join(__dirname, '../../../transcript/cases');
const FORENSICS = join(__dirname, '../../cases');

/** Of each dumped crash, the classes that a right analysis may name, and the bug it is of. */
const EXPECTED = JSON.parse(readFileSync(join(FORENSICS, 'kdump-verdicts.json'), 'utf8')) as Record<
  string,
  { readonly bug: string; readonly verdicts: readonly string[] }
>;
/** Of each kind of report, the classes that can be behind it. */
const BY_KIND = JSON.parse(readFileSync(join(FORENSICS, 'kind-verdicts.json'), 'utf8')) as Record<
  string,
  readonly string[]
>;

/** Share of texts whose verdict is right; `bt` alone often has neither registers nor the address. */
const FLOOR = 0.97;

const judge = (folder: string, slug: string) =>
  judgeText(readFileSync(join(CASES, folder, slug, 'transcript.txt')), tableDisassembler);

describe('verdicts on dumped crashes', () => {
  const judged = readdirSync(join(CASES, 'kdump')).map((slug) => {
    const expected = EXPECTED[slug.split('.')[0] ?? ''];
    if (expected === undefined) throw new Error(`no verdicts for ${slug}`);
    return { slug, ...expected, found: judge('kdump', slug) };
  });

  it(`names a right class for ${FLOOR * 100} of 100 texts, and for every bug`, () => {
    const right = judged.filter(({ verdicts, found }) => verdicts.includes(found[0]?.verdict.class ?? ''));
    const wrong = judged.filter((one) => !right.includes(one)).map(({ slug }) => slug);
    if (right.length < FLOOR * judged.length) expect(wrong).toEqual([]);
    expect(right.length / judged.length).toBeGreaterThanOrEqual(FLOOR);
    expect(judged.map(({ bug }) => bug).filter((bug) => !right.some((one) => one.bug === bug))).toEqual([]);
  });

  it('is never certain of a wrong class', () => {
    const certain = judged.flatMap(({ slug, verdicts, found }) =>
      found
        .filter(({ verdict }) => verdict.confidence === 'certain' && !verdicts.includes(verdict.class))
        .map(({ verdict }) => `${slug}: ${verdict.class}`),
    );
    expect(certain).toEqual([]);
  });
});

describe('verdicts on every case of the reader', () => {
  it('names only classes that can be behind the kind of the report', () => {
    const strange = readdirSync(CASES).flatMap((folder) =>
      readdirSync(join(CASES, folder)).flatMap((slug) =>
        judge(folder, slug)
          .filter(({ kind, verdict }) => !(BY_KIND[kind] ?? []).includes(verdict.class))
          .map(({ kind, verdict }) => `${folder}/${slug}: ${kind} → ${verdict.class}`),
      ),
    );
    expect(strange).toEqual([]);
  });
});
