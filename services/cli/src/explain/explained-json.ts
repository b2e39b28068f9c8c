import type { Evidence, RegisterReading } from '@oopstream/core-forensics';
import type { Explanation } from '@oopstream/core-signature';
import type { BootSymbols, Reading, Span } from '@oopstream/core-transcript';
import type { Explained, ExplainedCrash, ExplainedText } from './explained';
import type { SourceText } from './source-text';
import { visibleBytes } from './visible';

/** Rises when a field goes or changes its meaning; new fields may come at any time. */
export const EXPLAINED_VERSION = 1;

/** Bytes of one of the texts, found again by line and quoted. */
export interface QuotedJson {
  /** Index into `texts`. */
  readonly text: number;
  readonly file: string;
  /** Of the first byte; the first line is 1. */
  readonly line: number;
  /** Of the last byte. */
  readonly lastLine: number;
  readonly span: Span;
  /** The bytes, at most 4,096 of them; what is no UTF-8 or no printable character is spelt `\xNN`, a line end is a blank. */
  readonly quote: string;
}

export interface EvidenceJson extends QuotedJson {
  readonly note: string;
}

const MOST_QUOTED_BYTES = 4096;

function quoted(texts: readonly ExplainedText[], text: number, span: Span): QuotedJson | null {
  const source: SourceText | undefined = texts[text]?.source;
  if (source === undefined) return null;
  const end = Math.min(span.end, span.start + MOST_QUOTED_BYTES);
  return {
    text,
    file: source.file,
    line: source.lineAt(span.start),
    lastLine: source.lineAt(Math.max(span.start, span.end - 1)),
    span,
    quote: visibleBytes(source.bytes.subarray(span.start, end)),
  };
}

function evidenceJson({ texts }: Explained, evidence: readonly Evidence[]): EvidenceJson[] {
  return evidence.flatMap(({ span, note, text = 0 }) => {
    const quote = quoted(texts, text, span);
    return quote === null ? [] : [{ ...quote, note }];
  });
}

/** The form of `--json`; docs/forensics.md describes it. */
export interface ExplainedJson {
  readonly version: typeof EXPLAINED_VERSION;
  readonly texts: readonly TextJson[];
  readonly remarks: readonly string[];
  readonly crashes: readonly CrashJson[];
}

export function explainedJson(explained: Explained): ExplainedJson {
  return {
    version: EXPLAINED_VERSION,
    texts: explained.texts.map(textJson),
    remarks: explained.remarks,
    crashes: explained.crashes.map((crash) => crashJson(explained, crash)),
  };
}

type TextJson = ReturnType<typeof textJson>;

function textJson({ source, omittedReadings, symbols, observations, silence }: ExplainedText) {
  return {
    file: source.file,
    sizeBytes: source.bytes.length,
    lineCount: source.lineCount,
    omittedReadings,
    silence,
    symbols: symbols.map(bootJson),
    lines: observations.map(({ span, role, note }) => ({
      line: source.lineAt(span.start),
      span,
      role,
      note,
      quote: visibleBytes(
        source.bytes.subarray(span.start, Math.min(span.end, span.start + MOST_QUOTED_BYTES)),
      ),
    })),
  };
}

function bootJson(boot: BootSymbols): Omit<BootSymbols, 'slide'> & { readonly slide: string | null } {
  return { ...boot, slide: boot.slide?.toString(16) ?? null };
}

type CrashJson = ReturnType<typeof crashJson>;

function crashJson(explained: Explained, crash: ExplainedCrash) {
  const { text, reading, tellings, explanation, analysis } = crash;
  const { verdict, findings, registers, hardware, missing, version } = analysis;
  return {
    title: explanation.signature.title,
    damage: reading.damage,
    verdict,
    findings: findings.map((one) => ({ ...one, evidence: evidenceJson(explained, one.evidence) })),
    registers: registers.map((one) => registerJson(explained, one)),
    hardware: {
      value: hardware.value,
      parts: hardware.parts.map((one) => ({ ...one, evidence: evidenceJson(explained, one.evidence) })),
    },
    missing,
    analysisVersion: version,
    texts: tellings.map((one) => tellingJson(explained, one, text)),
    reading,
    ...signatureJson(explanation),
  };
}

function registerJson(
  { texts }: Explained,
  { name, value, origin, meaning, span, text = 0 }: RegisterReading,
) {
  const { line = null, file = null } = quoted(texts, text, span) ?? {};
  return { name, value, origin, meaning, text, file, line, span };
}

function tellingJson(
  { texts }: Explained,
  telling: { readonly text: number; readonly reading: Reading | null; readonly why: string | null },
  told: number,
) {
  const span = telling.reading?.span ?? null;
  const source = texts[telling.text]?.source;
  return {
    text: telling.text,
    file: source?.file ?? null,
    line: span === null ? null : (source?.lineAt(span.start) ?? null),
    span,
    /** The one that the crash was signed by. */
    signed: telling.text === told,
    why: telling.why,
  };
}

/** Hashing `text` of a key with SHA-256 and keeping 32 digits gives its `key`. */
function signatureJson({ signature, blame, candidates, exactText, looseText }: Explanation) {
  return {
    signature,
    blame,
    candidates,
    hashed: {
      group: { text: signature.groupText, key: signature.groupKey },
      exact: { text: exactText, key: signature.exactKey },
      loose: { text: looseText, key: signature.looseKey },
    },
  };
}
