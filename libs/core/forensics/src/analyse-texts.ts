import {
  completeReading,
  readDetails,
  readSession,
  type Reading,
  type Session,
  type Span,
} from '@oopstream/core-transcript';
import { analyse } from './analyse';
import type { Analysis, Disassemble, Evidence } from './analysis';

/** The reading that a crash is told by, and which of its texts it is of. */
export interface TextReading {
  readonly text: number;
  readonly reading: Reading;
}

const NEWLINE = 0x0a;

/** A text as far as it is of the crash. */
export interface CrashText {
  readonly bytes: Uint8Array;
  /** What `readSession` reads in it; `null` also for a text that has no part in this crash. */
  readonly session: Session | null;
}

/**
 * Analyses one crash of which several texts tell, for instance its log and a crash(8) session: what the report itself
 * says comes from the text of `told`, what crash(8) printed from all of them. Evidence and registers say in `text` which
 * of the texts their bytes are of. Never throws; which texts belong together is the caller's to know.
 *
 * @param texts decompressed, at least that of `told`
 */
export function analyseTexts(
  texts: readonly CrashText[],
  told: TextReading,
  disassemble: Disassemble,
): Analysis {
  const own = texts[told.text] ?? { bytes: new Uint8Array(), session: null };
  const details = readDetails(own.bytes, told.reading);
  const reading = completeReading(told.reading, details);
  const others = texts.flatMap(({ bytes, session }, text) =>
    text === told.text || session === null ? [] : [{ bytes, text }],
  );
  const joined = joinTexts(own, told.text, others);
  const session = others.length === 0 ? own.session : readSession(joined.bytes);
  return placeEvidence(analyse({ reading, details, session }, disassemble), joined.place);
}

interface JoinedTexts {
  readonly bytes: Uint8Array;
  readonly place: (span: Span) => { readonly span: Span; readonly text: number };
}

/**
 * One text, so that spans of all of them are of one space: first the crash's own, in which they stay what they are. A
 * log is blank in it, since sessions are read from it: only lines of crash(8) are to be taken for crash(8)'s.
 */
function joinTexts(
  own: CrashText,
  text: number,
  others: readonly { readonly bytes: Uint8Array; readonly text: number }[],
): JoinedTexts {
  const parts = [{ bytes: own.bytes, text, start: 0 }];
  let sizeBytes = own.bytes.length + 1;
  for (const other of others) {
    parts.push({ ...other, start: sizeBytes });
    sizeBytes += other.bytes.length + 1;
  }
  const bytes = new Uint8Array(others.length === 0 ? 0 : sizeBytes).fill(NEWLINE);
  for (const part of others.length === 0 ? [] : parts)
    if (part.start > 0 || own.session !== null) bytes.set(part.bytes, part.start);
  const place: JoinedTexts['place'] = (span) => {
    const part = parts.findLast(({ start }) => start <= span.start);
    const start = part?.start ?? 0;
    return { span: { start: span.start - start, end: span.end - start }, text: part?.text ?? text };
  };
  return { bytes, place };
}

function placeEvidence(analysis: Analysis, place: JoinedTexts['place']): Analysis {
  const placed = (evidence: readonly Evidence[]): Evidence[] =>
    evidence.map((one) => ({ ...one, ...place(one.span) }));
  return {
    ...analysis,
    findings: analysis.findings.map((one) => ({ ...one, evidence: placed(one.evidence) })),
    registers: analysis.registers.map((one) => ({ ...one, ...place(one.span) })),
    hardware: {
      ...analysis.hardware,
      parts: analysis.hardware.parts.map((one) => ({ ...one, evidence: placed(one.evidence) })),
    },
  };
}
