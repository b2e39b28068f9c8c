import { withoutVersion } from '@oopstream/core-signature';
import type { Algorithm, Algorithms, HashText } from '@oopstream/core-signature';
import type { Reading } from '@oopstream/core-transcript';
import type { CrashKeys, ReplayCrash, ReplayReading } from './replay-crash';

export interface SignAgainDeps {
  readonly algorithm: Algorithm;
  readonly hash: HashText;
  /** The readings of a transcript as today's reader has them, by the byte they start at; `null`: the body is gone. */
  readonly readAgain: (transcriptId: string) => ReadonlyMap<number, Reading> | null;
  readonly readerVersion: number;
}

/** A crash under another algorithm. */
export interface SignedAgain {
  readonly crash: ReplayCrash;
  /** `null`: nothing is stored that could be signed, or it is damaged still: the crash stays where it is. */
  readonly signed: {
    readonly keys: CrashKeys;
    readonly groupText: string;
    readonly readings: readonly ReplayReading[];
    /** Whether more changed than the version in the keys. */
    readonly differs: boolean;
  } | null;
}

/**
 * Transcripts whose bodies it takes to sign a crash again: those that an older reader read, and those whose stored
 * reading was cut to fit a message, so that its own algorithm no longer gives the keys that it has.
 */
export function bodiesNeeded(
  crash: ReplayCrash,
  algorithms: Algorithms,
  hash: HashText,
  readerVersion: number,
): readonly string[] {
  const stale = crash.readings.filter(({ signed: { reading, signature, readerVersion: by = 1 } }) => {
    if (by !== readerVersion) return true;
    const own = algorithms.find(signature.algorithmVersion);
    return own !== undefined && own.sign(reading, hash).groupKey !== signature.groupKey;
  });
  return [...new Set(stale.map((one) => one.transcriptId))];
}

/** Signs a crash's readings by an algorithm; pure. Which reading the crash shows stays, unless it was damaged and is not now. */
export function signAgain(crash: ReplayCrash, deps: SignAgainDeps): SignedAgain {
  const readings = crash.readings.map((one) => signReading(one, deps));
  const before = readings.find((one) => one.primary) ?? readings[0];
  const sound = (one: ReplayReading): boolean => one.signed.reading.damage === null;
  const primary = crash.held ? readings.find(sound) : before;
  if (primary === undefined) return { crash, signed: null };
  const keys = keysOf(primary);
  return {
    crash,
    signed: {
      keys,
      groupText: primary.signed.signature.groupText,
      readings: readings.map((one) => ({ ...one, primary: one === primary })),
      differs: crash.held || !isSameButVersion(crash.keys, keys) || readings.some(isReadAnew(crash)),
    },
  };
}

function signReading(one: ReplayReading, deps: SignAgainDeps): ReplayReading {
  const anew = deps.readAgain(one.transcriptId)?.get(one.byteStart);
  const reading = anew ?? one.signed.reading;
  const readerVersion = anew === undefined ? one.signed.readerVersion : deps.readerVersion;
  return { ...one, signed: { reading, signature: deps.algorithm.sign(reading, deps.hash), readerVersion } };
}

function isReadAnew(crash: ReplayCrash): (one: ReplayReading, index: number) => boolean {
  return (one, index) => one.signed.readerVersion !== crash.readings[index]?.signed.readerVersion;
}

function keysOf({ signed: { reading, signature } }: ReplayReading): CrashKeys {
  const { title, exactKey, groupKey, looseKey, algorithmVersion, family, blamed, entry } = signature;
  return {
    ...{ title, exactKey, groupKey, looseKey, algorithmVersion, family, blamed, entry },
    kind: reading.kind,
    module: reading.fault?.module ?? null,
  };
}

function isSameButVersion(a: CrashKeys, b: CrashKeys): boolean {
  const text = (keys: CrashKeys): string =>
    JSON.stringify([
      ...[keys.exactKey, keys.groupKey, keys.looseKey].map(withoutVersion),
      ...[keys.kind, keys.family, keys.title, keys.blamed, keys.entry, keys.module],
    ]);
  return text(a) === text(b);
}
