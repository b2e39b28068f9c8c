import { readTranscript, type Reading } from '@oopstream/core-transcript';
import type { FrameList, ListLine } from '../../src/lists/frame-list';
import type { sign } from '../../src/sign';
import { FRAME_LISTS } from '../../src/skip';
import { bareName } from '../../src/names';
import { hash, loadCases } from '../case-library';

type Sign = typeof sign;

/** A signer of its own whose list lacks one line. */
function signerWithout(list: string, line: number): Sign {
  let fresh: Sign | null = null;
  jest.isolateModules(() => {
    const [table] = Object.values(jest.requireActual<Record<string, FrameList>>(`../../src/lists/${list}`));
    // The matchers are made when the signer loads: the line has to be gone before.
    (table?.lines as ListLine[]).splice(line, 1);
    fresh = jest.requireActual<{ sign: Sign }>('../../src/sign').sign;
  });
  if (fresh === null) throw new Error(`no signer without ${list} ${line}`);
  return fresh;
}

interface Read {
  readonly reading: Reading;
  readonly names: ReadonlySet<string>;
}

/** Everything a case pins down of a signature. */
function pinned(signWith: Sign, reading: Reading): string {
  const { title, entry, blamed, groupText } = signWith(reading, hash);
  return JSON.stringify([title, entry, blamed, groupText]);
}

function namesIn({ frames, fault, mentions }: Reading): Set<string> {
  const all = [...frames.map((frame) => frame.function), ...mentions.header, ...mentions.lockSites];
  if (fault) all.push(fault.function);
  return new Set(all.flatMap((name) => [name, bareName(name)]));
}

/** Readings by a function that they name. */
function indexOf(all: readonly Read[]): Map<string, Read[]> {
  const index = new Map<string, Read[]>();
  for (const read of all)
    for (const name of read.names) {
      const same = index.get(name);
      if (same) same.push(read);
      else index.set(name, [read]);
    }
  return index;
}

/** Lines of the frame lists, by list, that can be taken out without any case changing. */
export function survivingLines(): Record<string, string[]> {
  const reads: Read[] = loadCases().flatMap((one) =>
    readTranscript(one.bytes).readings.map((reading) => ({ reading, names: namesIn(reading) })),
  );
  const index = indexOf(reads);
  const intact = signerWithout('waits', Infinity);
  const before = new Map(reads.map((read) => [read, pinned(intact, read.reading)]));
  const survivors: Record<string, string[]> = {};
  for (const list of FRAME_LISTS) {
    const alone = namesMetByOneLine(list, [...index.keys()]);
    const noticed = (line: number) => {
      const met = alone[line] ?? [];
      if (met.length === 0) return false;
      const mutant = signerWithout(list.name, line);
      const touched = new Set(met.flatMap((name) => index.get(name) ?? []));
      return [...touched].some((read) => pinned(mutant, read.reading) !== before.get(read));
    };
    survivors[list.name] = list.lines.flatMap((line, i) => (noticed(i) ? [] : [line.pattern])).sort();
  }
  return survivors;
}

/** By line: names that no other line of the list meets. Whatever another line meets too cannot show that one is gone. */
function namesMetByOneLine({ lines }: FrameList, names: readonly string[]): string[][] {
  const tests = lines.map((line) => new RegExp(`^(?:${line.pattern})$`));
  const alone: string[][] = lines.map(() => []);
  for (const name of names) {
    const hits = tests.flatMap((test, i) => (test.test(name) ? [i] : []));
    const [only] = hits;
    if (only !== undefined && hits.length === 1) alone[only]?.push(name);
  }
  return alone;
}
