import { hash } from 'node:crypto';
import { sign } from '@oopstream/core-signature';
import type { Signature } from '@oopstream/core-signature';
import { readTranscript } from '@oopstream/core-transcript';
import { analyseReadings, completeReadings } from './analyse-readings';
import type { AnalysedReading } from './analyse-readings';
import type { BatchWork } from './batch-work';
import type { FingerprintStageDeps, Received } from './fingerprint-stage';
import type { StormWatch } from './storm-watch';

type SignedAnalysis = AnalysedReading & { readonly signature: Signature };

/** What a transcript's bytes came to. */
export interface ReadTranscript {
  readonly readings: readonly SignedAnalysis[];
  readonly omittedReadings: number;
  /** They and their analysis are worth keeping; not where a storm brings the same again and again. */
  readonly isKept: boolean;
}

/** Reads and signs; then weighs whether the rest is worth its time; then analyses. */
export function readBody(
  received: Received,
  body: Uint8Array,
  storms: StormWatch,
  { config, logger, disassemble }: Pick<FingerprintStageDeps, 'config' | 'logger' | 'disassemble'>,
  work: BatchWork,
): ReadTranscript {
  const { receipt } = received;
  const onFailure = (err: unknown): void => {
    work.failed += 1;
    logger.error({ err, transcriptId: receipt.transcriptId }, 'evidence could not be analysed');
  };
  const read = work.timed('reading', () => readTranscript(body, config));
  const { omittedReadings } = read;
  const completed = work.timed('analysis', () =>
    completeReadings(body, read.readings, {
      maxReadings: config.maxAnalysedReadings,
      isTimeKnown: receipt.context.occurredAt !== undefined,
      onFailure,
    }),
  );
  const signatures = work.timed('signing', () => completed.map(({ reading }) => sign(reading, hashText)));
  const signed = completed.map(({ reading }, index) => ({ reading, signature: signatures[index]! }));
  if (!storms.isKept(received, signed, omittedReadings)) {
    work.sampled += 1;
    return { readings: signed.map((one) => ({ ...one, analysis: null })), omittedReadings, isKept: false };
  }
  const analysed = work.timed('analysis', () => analyseReadings(completed, { disassemble, onFailure }));
  work.count(analysed);
  const readings = analysed.map((one, index) => ({ ...one, signature: signatures[index]! }));
  return { readings, omittedReadings, isKept: true };
}

function hashText(text: string): string {
  return hash('sha256', text);
}
