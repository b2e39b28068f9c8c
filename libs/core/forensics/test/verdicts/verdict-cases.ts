import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import { analyse, type Disassemble, type Verdict } from '../../src';

export const VERDICT_CASES = join(__dirname, '../../cases/verdicts');

const FILES = ['expect.json', 'near-miss.txt', 'transcript.txt'];

/** What is said of one text, without its words. */
export interface Judged {
  readonly class: string;
  readonly confidence: string;
  readonly flags: readonly string[];
  readonly culprit: string | null;
}

/** A class with a text that shows it and one that nearly does. */
export interface VerdictCaseFile {
  readonly about: string;
  readonly verdict: Partial<Judged> & { readonly class: string };
  readonly nearMiss: Partial<Judged> & { readonly why: string };
}

export interface VerdictCase {
  readonly id: string;
  readonly path: string;
  readonly file: VerdictCaseFile;
}

/** The verdict on each reading of a text, in the order of the text. */
export function judgeText(
  bytes: Buffer,
  disassemble: Disassemble,
): readonly { readonly kind: string; readonly verdict: Verdict }[] {
  const session = readSession(bytes);
  return readTranscript(bytes).readings.map((reading) => ({
    kind: reading.kind,
    verdict: analyse({ reading, details: readDetails(bytes, reading), session }, disassemble).verdict,
  }));
}

export const judgedOf = (verdict: Verdict): Judged => ({
  class: verdict.class,
  confidence: verdict.confidence,
  flags: verdict.flags,
  culprit: verdict.culprit?.name ?? null,
});

/** Every case; any other file or folder in the library is an error. */
export function loadVerdictCases(): readonly VerdictCase[] {
  return readdirSync(VERDICT_CASES).flatMap((folder) =>
    readdirSync(join(VERDICT_CASES, folder)).map((slug) => {
      const path = join(VERDICT_CASES, folder, slug);
      const found = readdirSync(path).sort();
      if (found.join() !== FILES.join()) throw new Error(`${path} holds ${found.join(', ')}`);
      const file = JSON.parse(readFileSync(join(path, 'expect.json'), 'utf8')) as VerdictCaseFile;
      if (file.verdict.class !== folder) throw new Error(`${path} is of class ${file.verdict.class}`);
      return { id: `${folder}/${slug}`, path, file };
    }),
  );
}

/** Writes what is said now; the diff is reviewed. The class is never rewritten: it is why the case is there. */
export function saveVerdictCase({ path, file }: VerdictCase, judged: Judged, missed: Judged): void {
  const recorded = {
    about: file.about,
    verdict: { ...judged, class: file.verdict.class },
    nearMiss: { why: file.nearMiss.why, ...missed },
  };
  writeFileSync(join(path, 'expect.json'), `${JSON.stringify(recorded, null, 2)}\n`);
}
