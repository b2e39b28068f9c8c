import type { CrashDetail, CrashReading, TranscriptSummary } from '../api/models';
import type { CrashView } from './crash-view';

/** What of a crash is on the page: a transcript, and one of its readings. */
export interface ShownReading {
  /** The primary reading's first, the others as they were received. */
  readonly transcripts: readonly TranscriptSummary[];
  /** `null` where the crash has none any more. */
  readonly transcript: TranscriptSummary | null;
  /** Readings of that transcript that show this crash, the primary one first. */
  readonly readings: readonly CrashReading[];
  /** The one that is looked at; `null` where there is none. */
  readonly reading: CrashReading | null;
}

/** What the address asks for; what it does not say, or says of nothing that is there, is the primary reading. */
export function shownReading(
  { readings, transcripts }: Pick<CrashDetail, 'readings' | 'transcripts'>,
  view: Pick<CrashView, 'transcript' | 'reading'>,
): ShownReading {
  const primary = readings.find((reading) => reading.primary) ?? readings[0];
  const isFirst = (id: string): number => (id === primary?.transcriptId ? 0 : 1);
  const ordered = [...transcripts].sort((a, b) => isFirst(a.id) - isFirst(b.id));
  const transcript = ordered.find(({ id }) => id === view.transcript) ?? ordered[0] ?? null;
  const here = readings
    .filter(({ transcriptId }) => transcriptId === transcript?.id)
    .sort((a, b) => Number(b.primary) - Number(a.primary));
  const asked = here.find(({ reading }) => String(reading.span.start) === view.reading);
  return { transcripts: ordered, transcript, readings: here, reading: asked ?? here[0] ?? null };
}

/** The part of the address that says which reading is looked at, in full, for links that others open. */
export function readingAddress({ transcript, readings, reading }: ShownReading): CrashView {
  return {
    ...(transcript !== null && { transcript: transcript.id }),
    ...(reading !== null && readings.length > 1 && { reading: String(reading.reading.span.start) }),
  };
}
