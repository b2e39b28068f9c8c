import type { Confidence, Finding, FindingKind } from '@oopstream/core-forensics';
import type { Span } from '@oopstream/core-transcript';
import type { ExplainedText } from './explained';
import { quoteLine, type QuoteStyle } from './quote';
import { wrap, type Terminal } from './terminal';
import { visible } from './visible';

/** The order in which a crash is told. */
const CHAPTERS: readonly { readonly title: string; readonly kinds: readonly FindingKind[] }[] = [
  { title: 'What trapped', kinds: ['source', 'instruction', 'effective-address', 'why-this-trap'] },
  { title: 'What the kernel found', kinds: ['sanitizer', 'object'] },
  { title: 'What the values are', kinds: ['value', 'value-chain', 'registers-recovered'] },
  { title: 'Structures and allocations', kinds: ['structure', 'allocation'] },
  { title: 'Locks', kinds: ['lock'] },
  { title: 'Hardware', kinds: ['hardware'] },
  { title: 'Who asked for it', kinds: ['system-call', 'task', 'release'] },
];

/** What is told first where not all of it fits on the screen. */
const WEIGHT: Readonly<Record<FindingKind, number>> = {
  'why-this-trap': 9,
  sanitizer: 9,
  object: 8,
  instruction: 8,
  hardware: 8,
  value: 7,
  lock: 7,
  source: 6,
  structure: 5,
  'value-chain': 5,
  allocation: 5,
  'effective-address': 3,
  'system-call': 5,
  'registers-recovered': 3,
  release: 3,
  task: 1,
};
const CONFIDENCE_WEIGHT: Readonly<Record<Confidence, number>> = { certain: 2, likely: 1, hint: -3 };

/** The findings that are told, most telling first where there is room for `most` only; in the order of the story. */
export function chooseFindings(findings: readonly Finding[], most: number): readonly Finding[] {
  const weigh = ({ kind, confidence }: Finding): number => WEIGHT[kind] + CONFIDENCE_WEIGHT[confidence];
  const kept = new Set(findings.toSorted((a, b) => weigh(b) - weigh(a)).slice(0, most));
  return CHAPTERS.flatMap(({ kinds }) => findings.filter((one) => kept.has(one) && kinds.includes(one.kind)));
}

export interface StoryStyle {
  readonly terminal: Terminal;
  readonly withFile: boolean;
  /** Lines quoted for one claim. */
  readonly quotesPerClaim: number;
  /** Commands that would confirm a claim. */
  readonly withConfirm: boolean;
}

const INDENT = '  ';
const QUOTE_INDENT = '    ';

/** Claims by chapter, each with the lines that show it; a line is quoted once. */
export function renderStory(
  texts: readonly ExplainedText[],
  findings: readonly Finding[],
  style: StoryStyle,
): readonly string[] {
  const { ink } = style.terminal;
  const shown = new Set<string>();
  const lines: string[] = [];
  for (const { title, kinds } of CHAPTERS) {
    const told = findings.filter(({ kind }) => kinds.includes(kind));
    if (told.length > 0) lines.push('', ink.bold(title));
    for (const finding of told)
      lines.push(...claimLines(finding, style), ...quotes(texts, finding, shown, style));
  }
  return lines;
}

function claimLines(
  { claim, confidence, confirm }: Finding,
  { terminal, withConfirm }: StoryStyle,
): string[] {
  const { ink, columns } = terminal;
  const doubt = confidence === 'certain' ? '' : `${confidence}: `;
  const [first = '', ...rest] = wrap(`${doubt}${visible(claim)}`, columns - INDENT.length);
  const tinted =
    doubt !== '' && first.startsWith(doubt) ? `${ink.yellow(doubt)}${first.slice(doubt.length)}` : first;
  const lines = [tinted, ...rest].map((line) => `${INDENT}${line}`);
  if (withConfirm && confirm !== null)
    lines.push(`${QUOTE_INDENT}${ink.dim(`confirm: ${visible(confirm)}`)}`);
  return lines;
}

interface Quoted {
  readonly text: number;
  readonly line: number;
  readonly spans: Span[];
  moreLines: number;
}

function quotes(
  texts: readonly ExplainedText[],
  { evidence }: Finding,
  shown: Set<string>,
  { terminal, withFile, quotesPerClaim }: StoryStyle,
): readonly string[] {
  const byLine = new Map<string, Quoted>();
  for (const { span, text = 0 } of evidence) {
    const source = texts[text]?.source;
    if (source === undefined) continue;
    const line = source.lineAt(span.start);
    const key = `${text}:${line}`;
    const quoted = byLine.get(key) ?? { text, line, spans: [], moreLines: 0 };
    quoted.spans.push(span);
    quoted.moreLines = Math.max(quoted.moreLines, source.lineAt(Math.max(span.start, span.end - 1)) - line);
    byLine.set(key, quoted);
  }
  const style: QuoteStyle = { terminal, indent: QUOTE_INDENT, withFile };
  const fresh = [...byLine].filter(([key]) => !shown.has(key)).slice(0, quotesPerClaim);
  return fresh.flatMap(([key, { text, line, spans, moreLines }]) => {
    const source = texts[text]?.source;
    if (source === undefined) return [];
    shown.add(key);
    return quoteLine({ source, line, spans, moreLines }, style);
  });
}
