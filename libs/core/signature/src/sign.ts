import type { Reading } from '@oopstream/core-transcript';
import { findBlame, type Blame } from './blame';
import { findEntry } from './entry';
import { familyOf } from './family';
import { nameForKeys } from './module-edge';
import { bareName, canonicalName } from './names';
import { candidatesOf, type Candidate } from './stack';

/**
 * Version of reading rules and tables together; part of every key and of every reading's identity.
 * Rises whenever a key of an existing case changes.
 */
export const ALGORITHM_VERSION = 1;

/** The identity of one crash as one algorithm version sees it. Every key begins `v<algorithm version>:`. */
export interface Signature {
  readonly algorithmVersion: number;
  /** `__kmalloc+171 stack_segment from usbdev_ioctl`: for people, may differ between builds. */
  readonly title: string;
  /** "The same instruction": exception, fault function + offset, module, kernel build. */
  readonly exactKey: string;
  /** Which incident: family and blamed function, or what stands for it. `v1:` + 32 hex digits. */
  readonly groupKey: string;
  /** The readable text that hashes to {@link groupKey}. */
  readonly groupText: string;
  /** Near-duplicate search: the blamed function, or the family where none is known. */
  readonly looseKey: string;
  /** `bad-access` for every way a bad pointer shows; otherwise the kind. */
  readonly family: string;
  /** Where a maintainer would start; `null` when the text does not support a name. */
  readonly blamed: string | null;
  /** The outermost function of the failing subsystem; `null` when the stack does not reach that far. */
  readonly entry: string | null;
}

/** Hashes UTF-8 text to lower-case hexadecimal SHA-256; comes in as an argument since core has no built-ins. */
export type HashText = (text: string) => string;

/** Why a reading has the keys it has. */
export interface Explanation {
  readonly signature: Signature;
  readonly blame: Blame;
  readonly candidates: readonly Candidate[];
  readonly exactText: string;
  readonly looseText: string;
}

/** Signs a reading. Pure: the same reading gives the same signature on every machine. */
export function sign(reading: Reading, hash: HashText): Signature {
  return explain(reading, hash).signature;
}

/** Signs a reading and says how: hashing the texts it returns gives the keys. */
export function explain(reading: Reading, hash: HashText): Explanation {
  const candidates = candidatesOf(reading);
  const entry = findEntry(candidates);
  const blame = findBlame(reading, candidates, entry);
  const family = familyOf(reading.kind);
  const key = (text: string) => `v${ALGORITHM_VERSION}:${hash(text).slice(0, 32)}`;
  const named = nameForKeys(blame, candidates);
  const groupText = groupTextOf(reading, family, named, candidates);
  const looseText = `loose\n${named ?? groupText}`;
  const exactText = exactTextOf(reading, blame.function);
  return {
    signature: {
      algorithmVersion: ALGORITHM_VERSION,
      title: titleOf(reading, blame, entry),
      exactKey: key(exactText),
      groupKey: key(groupText),
      groupText,
      looseKey: key(looseText),
      family,
      blamed: blame.function,
      entry,
    },
    blame,
    candidates,
    exactText,
    looseText,
  };
}

/** Where a maintainer would start. */
export interface Suspect {
  readonly name: string;
  /** `null` for the core kernel, and where the text does not say. */
  readonly module: string | null;
}

/** The function that a reading's signature blames, without making keys; `null` when the text supports no name. */
export function findSuspect(reading: Reading): Suspect | null {
  const candidates = candidatesOf(reading);
  const { function: name, module } = findBlame(reading, candidates, findEntry(candidates));
  if (name === null) return null;
  return { name, module: module ?? candidates.find((one) => one.name === name)?.module ?? null };
}

function groupTextOf(
  reading: Reading,
  family: string,
  blamed: string | null,
  candidates: readonly Candidate[],
): string {
  if (blamed !== null) return `${family}\n${blamed}`;
  const stand = /^BUG: MAX_/.test(reading.headline ?? '') ? undefined : candidates[0];
  if (stand !== undefined) return `${family}\nin ${canonicalName(stand.name)}`;
  return `${family}\nsaid ${withoutNumbers(reading.headline ?? '')}`;
}

/** A message without what differs between machines and runs. */
function withoutNumbers(message: string): string {
  return message
    .replace(/\b(?:0x)?[0-9a-f]{6,}\b/gi, 'ADDR')
    .replace(/\[[^\]]*:\d+\]/g, '')
    .replace(/task .{1,40}:\d+/g, 'task')
    .replace(/\d+/g, 'N')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}

function exactTextOf(reading: Reading, blamed: string | null): string {
  const fault = reading.fault?.ofCrash === true ? reading.fault : null;
  const place = fault
    ? `${fault.function}+${fault.offset ?? '?'} ${fault.module ?? ''}`
    : `blamed ${blamed ?? '?'}`;
  return [reading.exception ?? reading.kind, place, reading.kernelRelease ?? '?'].join('\n');
}

function titleOf(reading: Reading, blame: Blame, entry: string | null): string {
  const words: string[] = [];
  const fault = reading.fault?.ofCrash === true ? reading.fault : null;
  if (fault)
    words.push(
      fault.offset === null ? bareName(fault.function) : `${bareName(fault.function)}+${fault.offset}`,
    );
  else if (blame.function !== null) words.push(blame.function);
  const module = fault ? fault.module : blame.module;
  if (module !== null && words.length > 0) words.push(`[${module}]`);
  words.push(reading.exception ?? reading.kind.replaceAll('-', '_'));
  if (entry !== null) words.push('from', entry);
  return words.join(' ');
}
