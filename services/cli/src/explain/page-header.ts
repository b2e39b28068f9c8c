import { machineryLine } from '@oopstream/core-signature';
import type { DamageReason, Reading } from '@oopstream/core-transcript';
import type { Explained, ExplainedCrash } from './explained';
import { quoteLine } from './quote';
import type { SourceText } from './source-text';
import { wrap, type Terminal } from './terminal';
import { visible } from './visible';

const DAMAGE: Readonly<Record<DamageReason, string>> = {
  torn: 'the report is torn: lines of it are broken or missing',
  truncated: 'the text ends before the report does',
  'header-lost': 'the beginning of the report is missing',
  'trace-lost': 'the stack trace is missing',
  'other-report-between': 'lines of another report stand between its own',
  'aftermath-only': 'the text shows what followed, not the crash itself',
};
const MOST_FRAMES = 8;
const INNERMOST = 3;
const LABEL = 9;
/** Enough to find a line by; what is longer may stand wrapped in the text. */
const HEADLINE_BYTES = 40;

/** Name, where and when, the line that announced it, the stack in short. */
export function renderHeader(
  explained: Explained,
  crash: ExplainedCrash,
  index: number,
  terminal: Terminal,
): readonly string[] {
  const { ink } = terminal;
  const { reading, explanation, text } = crash;
  const { texts, crashes } = explained;
  const number = crashes.length === 1 ? '' : `${ink.dim(`${index + 1} of ${crashes.length}`)}  `;
  const lines = [`${number}${ink.bold(visible(explanation.signature.title))}`];
  const place = placeText(crash);
  if (place !== '') lines.push(...labelled('', wrap(visible(place), terminal.columns - 2), terminal));
  const source = texts[text]?.source;
  if (source !== undefined) {
    const line = source.lineAt(headlineAt(source, reading));
    lines.push(
      ...quoteLine(
        { source, line, spans: [], moreLines: 0 },
        { terminal, indent: '  ', withFile: texts.length > 1 },
      ),
    );
  }
  const stack = stackText(crash);
  if (stack !== null)
    lines.push(...labelled('stack', wrap(visible(stack), terminal.columns - 2 - LABEL), terminal));
  if (reading.damage !== null)
    lines.push(
      `  ${ink.dim('damage'.padEnd(LABEL))}${ink.yellow(`${reading.damage}: ${DAMAGE[reading.damage]}`)}`,
    );
  lines.push(...tellingLines(explained, crash, terminal));
  return lines;
}

/** A report that crash(8) prints begins above the kernel's own words. */
function headlineAt({ bytes }: SourceText, { headline, span }: Reading): number {
  const words = headline === null ? '' : headline.slice(0, HEADLINE_BYTES);
  const report = Buffer.from(bytes.buffer, bytes.byteOffset + span.start, span.end - span.start);
  return span.start + Math.max(0, words === '' ? 0 : report.indexOf(words));
}

function labelled(label: string, values: readonly string[], { ink }: Terminal): readonly string[] {
  const width = label === '' ? 0 : LABEL;
  return values.map((value, i) =>
    i === 0 && width > 0 ? `  ${ink.dim(label.padEnd(width))}${value}` : `  ${' '.repeat(width)}${value}`,
  );
}

function placeText({ reading }: ExplainedCrash): string {
  const { comm, pid, cpu, taint, kernelRelease, arch, hardware, uptimeSeconds } = reading;
  const task = comm === null ? null : `task ${comm}${pid === null ? '' : ` (pid ${pid})`}`;
  const tainted = taint === null ? null : taint === '' ? 'not tainted' : `tainted ${taint}`;
  const parts = [
    kernelRelease === null ? arch : `kernel ${kernelRelease}${arch === null ? '' : ` ${arch}`}`,
    task,
    cpu === null ? null : `CPU ${cpu}`,
    tainted,
    hardware,
    uptimeSeconds === null ? null : `${Math.round(uptimeSeconds * 10) / 10} s after boot`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/**
 * What stands on the stack, innermost first, from where the report's own machinery ends; without the frames that the
 * kernel itself doubts. Who is blamed is among them.
 */
function stackText({ reading, explanation }: ExplainedCrash): string | null {
  const names = reading.frames.filter(({ reliable }) => reliable).map(({ function: name }) => name);
  const fault = reading.fault?.ofCrash ? reading.fault.function : null;
  const trapped = fault === null ? -1 : names.indexOf(fault);
  const own = trapped >= 0 ? trapped : names.findIndex((name) => machineryLine(name) === null);
  // The log names where it trapped above the stack, and not again in it.
  const stack = [...(fault !== null && trapped < 0 ? [fault] : []), ...names.slice(Math.max(0, own))];
  if (stack.length === 0) return null;
  const blamed = stack.indexOf(explanation.signature.blamed ?? '');
  const isFar = blamed > MOST_FRAMES - 3;
  const shown = isFar
    ? [...stack.slice(0, INNERMOST), '…', ...stack.slice(blamed - 1, blamed + MOST_FRAMES - INNERMOST - 1)]
    : stack.slice(0, MOST_FRAMES);
  const end = isFar ? blamed + MOST_FRAMES - INNERMOST - 1 : MOST_FRAMES;
  return `${shown.join(' ← ')}${stack.length > end ? ' ← …' : ''}`;
}

/** Other texts that tell of the same crash, and why they are taken for it. */
function tellingLines(
  { texts }: Explained,
  { tellings, text }: ExplainedCrash,
  terminal: Terminal,
): readonly string[] {
  if (texts.length === 1) return [];
  const others = tellings.filter((one) => one.text !== text);
  const fileOf = (number: number): string => visible(texts[number]?.source.name ?? '');
  if (others.length === 0) return [`  ${terminal.ink.dim('text'.padEnd(LABEL))}${fileOf(text)} only`];
  const why = (one: (typeof tellings)[number]): string =>
    one.why ?? tellings.find((other) => other.text === text)?.why ?? '';
  return others.map((one) => {
    const said = why(one);
    return `  ${terminal.ink.dim('also in'.padEnd(LABEL))}${fileOf(one.text)}${terminal.ink.dim(said === '' ? '' : ` (${said})`)}`;
  });
}
