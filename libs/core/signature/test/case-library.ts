import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTranscript, type Frame, type Reading } from '@oopstream/core-transcript';
import { explain, type Explanation } from '../src/index';

export const CASES = join(__dirname, '../../transcript/cases');

/** What is known to be right, from the crash's cause and not from any reader of it. Names in a list: any of them. */
export interface Truth {
  readonly crash: boolean;
  readonly count?: number;
  readonly bug?: string;
  readonly report?: string;
  readonly title?: string;
  readonly kinds?: readonly string[];
  readonly arch?: string;
  readonly exception?: string;
  /** `function+decimal offset`. */
  readonly fault?: string;
  readonly faultFunction?: readonly string[];
  readonly blamed?: readonly (string | null)[];
  readonly entry?: readonly (string | null)[];
}

export interface Expectation {
  readonly truth: Truth;
  /** Fields of the truth that are not reached, so that nobody takes the recorded value for right. */
  readonly missed: readonly string[];
  readonly readings: readonly unknown[];
}

export interface Case {
  readonly id: string;
  readonly folder: string;
  readonly bytes: Uint8Array;
  readonly expect: Expectation;
}

export const hash = (text: string) => createHash('sha256').update(text).digest('hex');

export interface Signed {
  readonly reading: Reading;
  readonly explanation: Explanation;
}

export function signAll(bytes: Uint8Array): Signed[] {
  return readTranscript(bytes).readings.map((reading) => ({ reading, explanation: explain(reading, hash) }));
}

/** Every case; any other file or folder in the library is an error. */
export function loadCases(): Case[] {
  const cases: Case[] = [];
  for (const kind of readdirSync(CASES)) {
    for (const slug of readdirSync(join(CASES, kind))) {
      const folder = join(CASES, kind, slug);
      const files = readdirSync(folder).sort();
      if (files.join() !== 'expect.json,transcript.txt')
        throw new Error(`${kind}/${slug} holds ${files.join()}`);
      cases.push({
        id: `${kind}/${slug}`,
        folder,
        bytes: readFileSync(join(folder, 'transcript.txt')),
        expect: JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) as Expectation,
      });
    }
  }
  return cases;
}

export function saveExpectation(one: Case, readings: readonly unknown[], missed: readonly string[]): void {
  const text = JSON.stringify({ truth: one.expect.truth, missed, readings }, null, 2);
  writeFileSync(join(one.folder, 'expect.json'), `${text}\n`);
}

/** What a case pins down of one reading. */
export function summaryOf({ reading, explanation }: Signed): Record<string, unknown> {
  const { title, entry, blamed, groupText } = explanation.signature;
  const { kind, headline, exception, damage, fatal, panicked, kernelRelease, arch } = reading;
  const { comm, pid, cpu, taint, hardware, uptimeSeconds } = reading;
  return {
    title,
    kind,
    headline,
    exception,
    fault: reading.fault,
    entry,
    blamed,
    groupText,
    damage,
    fatal,
    panicked,
    kernelRelease,
    arch,
    comm,
    pid,
    cpu,
    taint,
    hardware,
    uptimeSeconds,
    frames: reading.frames.map(frameText),
  };
}

function frameText(frame: Frame): string {
  const offset = frame.offset === null ? '' : `+${frame.offset}`;
  const module = frame.module === null ? '' : ` [${frame.module}]`;
  return `${frame.reliable ? '' : '? '}${frame.function}${offset}${module}`;
}

/** Fields of the truth that the first reading does not meet. */
export function missedOf(truth: Truth, signed: readonly Signed[]): string[] {
  const first = signed[0];
  if (!truth.crash || first === undefined) return truth.crash === signed.length > 0 ? [] : ['crash'];
  const { reading, explanation } = first;
  const fault = reading.fault;
  const bare = (name: string | null) => name?.replace(/\.(?:isra|constprop|part|cold).*$/, '') ?? null;
  const among = (names: readonly (string | null)[], name: string | null) =>
    names.map(bare).includes(bare(name));
  const met: Record<string, boolean> = {
    count: truth.count === undefined || truth.count === signed.length,
    title: truth.title === undefined || truth.title === explanation.signature.title,
    kinds: truth.kinds === undefined || truth.kinds.includes(reading.kind),
    arch: truth.arch === undefined || truth.arch === reading.arch,
    exception: truth.exception === undefined || truth.exception === reading.exception,
    fault:
      truth.fault === undefined || (fault !== null && truth.fault === `${fault.function}+${fault.offset}`),
    faultFunction: truth.faultFunction === undefined || among(truth.faultFunction, fault?.function ?? null),
    blamed: truth.blamed === undefined || among(truth.blamed, explanation.signature.blamed),
    entry: truth.entry === undefined || among(truth.entry, explanation.signature.entry),
  };
  return Object.keys(met).filter((field) => met[field] === false);
}
