import { analyse } from '@oopstream/core-forensics';
import type { Analysis, Disassemble } from '@oopstream/core-forensics';
import { completeReading, readDetails, readSession } from '@oopstream/core-transcript';
import type { CrashDetails, Reading, Session } from '@oopstream/core-transcript';

/** A reading, completed by what its boot says. */
export interface CompletedReading {
  readonly reading: Reading;
  /** What its evidence is; `null` where it was not looked at, or could not be. */
  readonly evidence: { readonly details: CrashDetails; readonly session: Session | null } | null;
}

/** A reading with what its evidence says; `null` where it was not looked at, or could not be. */
export interface AnalysedReading {
  readonly reading: Reading;
  readonly analysis: Analysis | null;
}

export interface CompletionDeps {
  readonly maxReadings: number;
  /** The sender said when it happened: better than a clock of the boot, which may have been set wrong and stood still. */
  readonly isTimeKnown: boolean;
  /** Told of evidence that could not be read: a bug, and no reason to lose a crash. */
  readonly onFailure: (error: unknown) => void;
}

/** Completes the first readings of a transcript by what their boot says: copies of a crash are known by it. Never throws. */
export function completeReadings(
  body: Uint8Array,
  readings: readonly Reading[],
  deps: CompletionDeps,
): readonly CompletedReading[] {
  let session: Session | null | undefined;
  return readings.map((reading, index) => {
    if (index >= deps.maxReadings) return { reading, evidence: null };
    try {
      const details = readDetails(body, reading);
      // Once for a transcript, and only for one that shows a crash.
      session = session === undefined ? readSession(body) : session;
      const complete = completeReading(reading, details, session);
      return {
        reading: deps.isTimeKnown ? { ...complete, occurredAtMs: reading.occurredAtMs } : complete,
        evidence: { details, session },
      };
    } catch (error) {
      deps.onFailure(error);
      return { reading, evidence: null };
    }
  });
}

/** Analyses what has evidence. Never throws: what a crash is does not hang on whether it can be explained. */
export function analyseReadings(
  readings: readonly CompletedReading[],
  deps: Pick<CompletionDeps, 'onFailure'> & { readonly disassemble: Disassemble },
): readonly AnalysedReading[] {
  return readings.map(({ reading, evidence }) => {
    if (evidence === null) return { reading, analysis: null };
    try {
      return { reading, analysis: analyse({ reading, ...evidence }, deps.disassemble) };
    } catch (error) {
      deps.onFailure(error);
      return { reading, analysis: null };
    }
  });
}
