import type { Confidence, Finding, VerdictFlag } from '@oopstream/core-forensics';
import type { Explained, ExplainedCrash } from './explained';
import { renderHeader } from './page-header';
import { citedRegisters, renderRegisters } from './register-table';
import { renderLines, renderSignature } from './signature-section';
import { chooseFindings, renderStory } from './story';
import { wrap, type Terminal } from './terminal';
import { visible } from './visible';

/** What of it is shown. */
export interface PageOptions {
  /** Every finding with all its evidence; of several crashes, all at length. */
  readonly all: boolean;
  /** Every register, not only those that a claim rests on. */
  readonly registers: boolean;
  /** How each crash was signed. */
  readonly signature: boolean;
  /** What each line was read as. */
  readonly lines: boolean;
}

/** Lines of a screen that one crash may take; all but the first of several get fewer. */
const SCREEN_LINES = 58;
const NEXT_SCREEN_LINES = 26;
const MOST_FINDINGS = 14;
const FEWEST_FINDINGS = 3;
const MOST_REGISTERS = 6;

/** For people: the story first, what shows it under each claim. */
export function renderPage(explained: Explained, options: PageOptions, terminal: Terminal): string {
  const { texts, crashes } = explained;
  const blocks: (readonly string[])[] = crashes.map((crash, i) =>
    renderCrash(explained, crash, i, { options, terminal }),
  );
  const silent = texts.flatMap(({ silence, source, omittedReadings }) => [
    ...(silence === null ? [] : [wrapped(`${source.name}: no crash; ${silence.text}`, terminal)]),
    ...(omittedReadings === 0
      ? []
      : [[terminal.ink.yellow(visible(`${source.name}: ${omittedReadings} more crashes beyond the limit`))]]),
  ]);
  // A text without a crash that others use is no news.
  const used = new Set(
    crashes.flatMap(({ tellings }) => tellings.map(({ text }) => texts[text]?.source.file)),
  );
  blocks.push(...silent.filter((_, i) => !used.has(texts[i]?.source.file) || crashes.length === 0));
  if (options.lines) blocks.push(...texts.map((text) => renderLines(text, terminal)));
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

const wrapped = (text: string, { columns }: Terminal): readonly string[] => wrap(visible(text), columns);

interface Style {
  readonly options: PageOptions;
  readonly terminal: Terminal;
}

function renderCrash(
  explained: Explained,
  crash: ExplainedCrash,
  index: number,
  style: Style,
): readonly string[] {
  const { options, terminal } = style;
  const { findings } = crash.analysis;
  const head = renderHeader(explained, crash, index, terminal);
  const verdict = renderVerdict(crash, terminal);
  const tail = renderTail(crash, style);
  if (options.all)
    return [...head, ...verdict, ...renderFindings(explained, crash, findings.length, style), ...tail];
  const room = (index === 0 ? SCREEN_LINES : NEXT_SCREEN_LINES) - head.length - verdict.length - tail.length;
  // Colours must not change what is told: it is measured without them, where carets take lines as well.
  const plain: Style = { options, terminal: { ...terminal, isColoured: false } };
  let most = Math.min(MOST_FINDINGS, findings.filter(({ kind }) => kind !== 'task').length);
  while (most > FEWEST_FINDINGS && renderFindings(explained, crash, most, plain).length > room) most--;
  return [...head, ...verdict, ...renderFindings(explained, crash, most, style), ...tail];
}

const FLAGS: Readonly<Record<VerdictFlag, string>> = {
  'out-of-tree-module-suspected': 'an out-of-tree module is suspected',
  'victim-differs-from-culprit': 'who trapped is the victim, not the culprit',
  'shared-victim': 'memory that many share: other crashes may look different',
};

function renderVerdict({ analysis }: ExplainedCrash, terminal: Terminal): readonly string[] {
  const { ink, columns } = terminal;
  const { verdict, hardware } = analysis;
  const tint: Record<Confidence, (text: string) => string> = {
    certain: ink.red,
    likely: ink.yellow,
    hint: ink.dim,
  };
  const lines = ['', `${ink.bold(tint[verdict.confidence](verdict.class))}, ${verdict.confidence}`];
  lines.push(...wrap(visible(verdict.text), columns - 2).map((line) => `  ${line}`));
  const { culprit, flags } = verdict;
  if (culprit !== null)
    lines.push(...row(terminal, 'suspect', `${culprit.name}, ${culprit.confidence}`, ink.red));
  for (const flag of flags) lines.push(...row(terminal, 'note', FLAGS[flag]));
  if (hardware.value > 0) {
    const parts = hardware.parts
      .map(({ reason, weight }) => `${reason} (${Math.round(weight * 100)} %)`)
      .join(', ');
    lines.push(
      ...row(terminal, 'hardware', `${Math.round(hardware.value * 100)} % likely to blame: ${parts}`),
    );
  }
  return lines;
}

/** A name and what is said of it, tinted line by line. */
function row(
  { ink, columns }: Terminal,
  name: string,
  value: string,
  tint: (text: string) => string = (text) => text,
): readonly string[] {
  const width = 9;
  return wrap(visible(value), columns - width - 2).map((line, i) =>
    i === 0 ? `  ${ink.dim(name.padEnd(width))}${tint(line)}` : `  ${' '.repeat(width)}${tint(line)}`,
  );
}

function renderFindings(
  explained: Explained,
  { analysis }: ExplainedCrash,
  most: number,
  { options, terminal }: Style,
): readonly string[] {
  const { findings, registers } = analysis;
  // The header has the task.
  const telling = options.all ? findings : findings.filter(({ kind }) => kind !== 'task');
  const told: readonly Finding[] = chooseFindings(telling, most);
  const story = renderStory(explained.texts, told, {
    terminal,
    withFile: explained.texts.length > 1,
    quotesPerClaim: options.all ? Infinity : 1,
    withConfirm: options.all,
  });
  const left = telling.length - told.length;
  const more =
    left === 0 ? [] : [terminal.ink.dim(`  … ${left} more ${left === 1 ? 'finding' : 'findings'}: --all`)];
  const rows = options.registers
    ? registers
    : citedRegisters(registers, told).slice(0, options.all ? undefined : MOST_REGISTERS);
  const table =
    rows.length === 0 ? [] : ['', terminal.ink.bold('Registers'), ...renderRegisters(rows, terminal)];
  return [...story, ...more, ...table];
}

/** Recipes to go on with, and the key by which the crash is known. */
function renderTail(crash: ExplainedCrash, { options, terminal }: Style): readonly string[] {
  const { ink, columns } = terminal;
  const { missing } = crash.analysis;
  const lines: string[] = [];
  if (missing.length > 0) lines.push('', ink.bold('What would tell more'));
  const width = Math.max(0, ...missing.map(({ command }) => visible(command).length));
  for (const { command, why } of missing) {
    const shown = visible(command).padEnd(width);
    const oneLine = `  ${ink.green(shown)}  ${ink.dim(visible(why))}`;
    if (shown.length + why.length + 4 <= columns) lines.push(oneLine);
    else
      lines.push(
        `  ${ink.green(shown.trimEnd())}`,
        ...wrap(visible(why), columns - 6).map((line) => `      ${ink.dim(line)}`),
      );
  }
  if (options.signature) return [...lines, ...renderSignature(crash, terminal)];
  const { groupKey } = crash.explanation.signature;
  const foot = `group ${groupKey}  (how it was signed: --signature, all of it: --all)`;
  return [...lines, '', ...wrap(foot, columns).map((line) => ink.dim(line))];
}
