import { analyse } from '@oopstream/core-forensics';
import type { Analysis, Disassemble } from '@oopstream/core-forensics';
import { completeReading, readDetails, readSession } from '@oopstream/core-transcript';
import type { Reading, Session } from '@oopstream/core-transcript';

/** A reading with what its evidence says; `null` where it was not looked at, or could not be. */
export interface AnalysedReading {
  readonly reading: Reading;
  readonly analysis: Analysis | null;
}

export interface AnalysisDeps {
  readonly disassemble: Disassemble;
  /** The sender said when it happened: better than a clock of the boot, which may have been set wrong and stood still. */
  readonly isTimeKnown: boolean;
  /** Told of evidence that could not be analysed: a bug, and no reason to lose a crash. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Analyses the first `maxReadings` readings of a transcript, and completes them by what their boot says. Never throws:
 * what a crash is does not hang on whether it can be explained.
 */
export function analyseReadings(
  body: Uint8Array,
  readings: readonly Reading[],
  maxReadings: number,
  deps: AnalysisDeps,
): readonly AnalysedReading[] {
  let session: Session | null | undefined;
  return readings.map((reading, index) => {
    if (index >= maxReadings) return { reading, analysis: null };
    let complete = reading;
    try {
      const details = readDetails(body, reading);
      // Once for a transcript, and only for one that shows a crash.
      session = session === undefined ? readSession(body) : session;
      complete = completeReading(reading, details, session);
      if (deps.isTimeKnown) complete = { ...complete, occurredAtMs: reading.occurredAtMs };
      const evidence = { reading: complete, details, session };
      return { reading: complete, analysis: analyse(evidence, deps.disassemble) };
    } catch (error) {
      deps.onFailure(error);
      return { reading: complete, analysis: null };
    }
  });
}
