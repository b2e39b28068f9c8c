import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readValue,
  readWords,
  valueContext,
  type KnownRange,
  type ValueContext,
  type ValueReading,
} from '../../src';

export const VALUE_CASES = join(__dirname, '../../cases/values');

/** One value, or words of memory; hexadecimal without `0x`. */
interface Given {
  readonly value?: string;
  readonly words?: readonly { readonly address: string; readonly value: string }[];
}

interface CaseContext extends Omit<Partial<ValueContext>, 'known' | 'pointers' | 'freelist'> {
  readonly known?: readonly (Omit<KnownRange, 'start' | 'end'> & {
    readonly start: string;
    readonly end: string;
  })[];
  readonly pointers?: readonly string[];
  readonly freelist?: { readonly random: string; readonly pointerAddress: string };
}

/** What a case's file says: a value, what it must be read as first, and a near miss that must not be. */
export interface ValueCaseFile extends Given {
  readonly about: string;
  readonly context: CaseContext;
  readonly expect: {
    readonly kind: string;
    readonly text?: string;
    readonly confidence?: string;
    readonly at?: string;
  };
  readonly miss: Given & { readonly why: string; readonly gives?: string | null };
}

export interface ValueCase {
  readonly id: string;
  readonly path: string;
  readonly file: ValueCaseFile;
}

/** A reading, and for words the range of indexes that it covers. */
export interface Placed {
  readonly at: string | undefined;
  readonly reading: ValueReading;
}

const number = (text: string): bigint => BigInt(`0x${text}`);

export function contextOf(context: CaseContext): ValueContext {
  const { arch, known, pointers, freelist, ...rest } = context;
  return valueContext(arch ?? null, {
    ...rest,
    known: (known ?? []).map((one) => ({ ...one, start: number(one.start), end: number(one.end) })),
    pointers: (pointers ?? []).map(number),
    freelist:
      freelist === undefined
        ? null
        : { random: number(freelist.random), pointerAddress: number(freelist.pointerAddress) },
  });
}

/** Readings of what a case gives, best first. */
export function readGiven(given: Given, context: ValueContext): Placed[] {
  if (given.value !== undefined)
    return readValue(number(given.value), context).map((reading) => ({ at: undefined, reading }));
  const words = (given.words ?? []).map(({ address, value }) => ({
    address: number(address),
    value: number(value),
  }));
  return readWords(words, context).map(({ start, end, reading }) => ({ at: `${start}..${end}`, reading }));
}

/** Every case; any other file or folder in the library is an error. */
export function loadValueCases(): ValueCase[] {
  return readdirSync(VALUE_CASES, { withFileTypes: true }).flatMap((folder) => {
    if (!folder.isDirectory()) throw new Error(`cases/values holds ${folder.name}`);
    return readdirSync(join(VALUE_CASES, folder.name)).map((name) => {
      const path = join(VALUE_CASES, folder.name, name);
      if (!name.endsWith('.json')) throw new Error(`cases/values/${folder.name} holds ${name}`);
      const file = JSON.parse(readFileSync(path, 'utf8')) as ValueCaseFile;
      if (file.expect.kind !== folder.name) throw new Error(`${path} is of kind ${file.expect.kind}`);
      return { id: `${folder.name}/${name.slice(0, -5)}`, path, file };
    });
  });
}

/** Writes what is read now; the diff is reviewed. The kind is never rewritten: it is why the case is there. */
export function saveValueCase({ path, file }: ValueCase, first: Placed, missed: string | null): void {
  const expect = {
    kind: file.expect.kind,
    text: first.reading.text,
    confidence: first.reading.confidence,
    ...(first.at === undefined ? {} : { at: first.at }),
  };
  const recorded = { ...file, expect, miss: { ...file.miss, gives: missed } };
  writeFileSync(path, `${JSON.stringify(recorded, null, 2)}\n`);
}
